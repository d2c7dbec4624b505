// SPDX-License-Identifier: Apache-2.0
package dev.portcullis.api.schema;

import com.fasterxml.jackson.annotation.JsonClassDescription;
import dev.portcullis.api.v1alpha1.CapabilityRule;
import dev.portcullis.api.v1alpha1.FileRule;
import dev.portcullis.api.v1alpha1.NetworkRule;
import dev.portcullis.api.v1alpha1.ProcessRule;
import dev.portcullis.api.v1alpha1.Rule;
import dev.portcullis.api.v1alpha1.SystemRule;
import io.fabric8.crd.generator.annotation.AdditionalPrinterColumn;
import io.fabric8.kubernetes.api.model.apiextensions.v1.CustomResourceColumnDefinition;
import io.fabric8.kubernetes.api.model.apiextensions.v1.CustomResourceColumnDefinitionBuilder;
import io.fabric8.kubernetes.api.model.apiextensions.v1.CustomResourceDefinition;
import io.fabric8.kubernetes.api.model.apiextensions.v1.CustomResourceDefinitionVersion;
import io.fabric8.kubernetes.api.model.apiextensions.v1.JSONSchemaProps;
import io.fabric8.kubernetes.api.model.apiextensions.v1.JSONSchemaPropsBuilder;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Objects;
import java.util.stream.Stream;

/**
 * What the generator cannot say from annotations.
 *
 * <p>A field that does not belong into a kind is in its schema all the same, untyped. Were it not,
 * the API server would cut it off before anyone saw it, and a policy would be accepted that does
 * not do what it says; so the operator's parser sees and refuses it. The other way to keep it,
 * x-kubernetes-preserve-unknown-fields on the spec, costs more than it gives: API servers before
 * 1.24 then publish no fields at all, so that `kubectl explain` is empty and kubectl's own check of
 * misspelt fields is off.
 */
final class Finish {
    private static final Map<String, Class<? extends Rule>> SECTIONS =
            Map.of(
                    "process", ProcessRule.class,
                    "file", FileRule.class,
                    "network", NetworkRule.class,
                    "capabilities", CapabilityRule.class,
                    "system", SystemRule.class);

    private Finish() {}

    /**
     * Completes a definition in place.
     *
     * @param cel whether what crosses fields is said in CEL, where it can be said with a message
     */
    static void of(CustomResourceDefinition crd, boolean cel) {
        // With the definitions, whoever uninstalls the chart would delete all policies.
        crd.getMetadata().setAnnotations(Map.of("helm.sh/resource-policy", "keep"));
        crd.getSpec().getNames().setCategories(List.of("portcullis"));
        String kind = crd.getSpec().getNames().getKind();
        Class<?> resource = Objects.requireNonNull(Resources.CLASSES.get(kind));
        CustomResourceDefinitionVersion version = crd.getSpec().getVersions().getFirst();
        version.setAdditionalPrinterColumns(columns(resource));
        JSONSchemaProps root = version.getSchema().getOpenAPIV3Schema();
        root.setDescription(resource.getAnnotation(JsonClassDescription.class).value());
        Map<String, JSONSchemaProps> parts = root.getProperties();
        status(parts.get("status"));
        if (kind.equals("PortcullisNode")) {
            parts.remove("spec");
        } else {
            root.setRequired(List.of("spec"));
            parts.get("spec").setDescription("Whom the policy selects, and what it says of them.");
            if (kind.equals("ClusterSecurityPolicy")) {
                unwrap(parts.get("spec"));
            }
            spec(parts.get("spec"), kind, cel);
        }
    }

    /** In the order in which they are written; the generator sorts them by their paths. */
    private static List<CustomResourceColumnDefinition> columns(Class<?> resource) {
        return Arrays.stream(resource.getAnnotationsByType(AdditionalPrinterColumn.class))
                .map(column ->
                        new CustomResourceColumnDefinitionBuilder()
                                .withName(column.name())
                                .withJsonPath(column.jsonPath())
                                .withType(column.type().name().toLowerCase(Locale.ROOT))
                                .withPriority(column.priority() == 0 ? null : column.priority())
                                .build())
                .toList();
    }

    /** The generator does not know Jackson's annotation for that. */
    private static void unwrap(JSONSchemaProps spec) {
        spec.getProperties().putAll(spec.getProperties().remove("spec").getProperties());
        spec.getProperties()
                .get("podSelector")
                .setDescription(
                        "Pods by their labels. Left out or empty, it selects every pod of those"
                                + " namespaces.");
    }

    private static void spec(JSONSchemaProps spec, String kind, boolean cel) {
        Map<String, JSONSchemaProps> fields = spec.getProperties();
        if (!kind.equals("ClusterSecurityPolicy")) {
            fields.put(
                    "namespaceSelector",
                    anything(
                            "For ClusterSecurityPolicy only: a SecurityPolicy that has it is not"
                                    + " accepted."));
        }
        SECTIONS.forEach((name, type) -> {
            JSONSchemaProps rules = fields.get(name).getProperties().get("rules");
            rules.setDescription(type.getAnnotation(JsonClassDescription.class).value());
        });
        JSONSchemaProps rule =
                fields.get("network").getProperties().get("rules").getItems().getSchema();
        if (cel) {
            rule.setXKubernetesValidations(CrossField.NETWORK);
        } else {
            rule.setAnyOf(
                    Stream.of("peers", "cidrs", "except", "ports", "protocols")
                            .map(Finish::requires)
                            .toList());
        }
        rule.getProperties().get("ports").getItems().setSchema(port());
        integers(spec);
    }

    private static void status(JSONSchemaProps status) {
        status.setDescription("Written by the operator.");
        Map<String, JSONSchemaProps> fields = status.getProperties();
        JSONSchemaProps conditions = fields.get("conditions");
        if (conditions != null) {
            conditions.setXKubernetesListType("map");
            conditions.setXKubernetesListMapKeys(List.of("type"));
            conditions
                    .getItems()
                    .getSchema()
                    .getProperties()
                    .get("lastTransitionTime")
                    .setFormat("date-time");
        }
        if (fields.containsKey("lastReport")) {
            fields.get("lastReport").setFormat("date-time");
        }
        integers(status);
    }

    /** Clients in Go take an integer without a format for one of 32 bits. */
    private static void integers(JSONSchemaProps schema) {
        if ("integer".equals(schema.getType())) {
            schema.setFormat("int64");
        }
        schema.getProperties().values().forEach(Finish::integers);
        if (schema.getItems() != null) {
            integers(schema.getItems().getSchema());
        }
    }

    /**
     * A number or a range; the parser says more. API server 1.20 cannot build the model that
     * server-side apply merges by from any schema with this extension. It logs that, and takes
     * every list of the resource for atomic; so whoever applies the status applies all its
     * conditions.
     */
    private static JSONSchemaProps port() {
        return new JSONSchemaPropsBuilder()
                .withXKubernetesIntOrString(true)
                .withMinimum(0.0)
                .withMaximum(65535.0)
                .withPattern("^[0-9]{1,6}(-[0-9]{1,6})?$")
                .build();
    }

    private static JSONSchemaProps requires(String field) {
        return new JSONSchemaPropsBuilder().withRequired(field).build();
    }

    private static JSONSchemaProps anything(String description) {
        return new JSONSchemaPropsBuilder()
                .withDescription(description)
                .withXKubernetesPreserveUnknownFields(true)
                .build();
    }
}
