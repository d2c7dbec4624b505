// SPDX-License-Identifier: Apache-2.0
package dev.portcullis.policy.parse;

import dev.portcullis.api.v1alpha1.Action;
import dev.portcullis.api.v1alpha1.ClusterSecurityPolicy;
import dev.portcullis.api.v1alpha1.LabelSelector;
import dev.portcullis.api.v1alpha1.Metadata;
import dev.portcullis.api.v1alpha1.Mode;
import dev.portcullis.api.v1alpha1.Policy;
import dev.portcullis.api.v1alpha1.Rule;
import dev.portcullis.api.v1alpha1.Section;
import dev.portcullis.api.v1alpha1.SecurityPolicy;
import dev.portcullis.api.v1alpha1.SecurityPolicySpec;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.snakeyaml.engine.v2.nodes.MappingNode;
import org.snakeyaml.engine.v2.nodes.Node;

/** Reads one document as a policy. Once a problem was found, the result is of no use. */
final class PolicyReader {
    private static final int MAX_SEVERITY = 10;
    private static final int MAX_MESSAGE = 1024;

    private final Values values;
    private final Names names;
    private final Lists lists;
    private final RuleReader rules;

    PolicyReader(Values values) {
        this.values = values;
        names = new Names(values);
        lists = new Lists(values);
        rules = new RuleReader(values, lists);
    }

    Optional<Policy> read(Node document) {
        Optional<MappingNode> mapping = values.mapping(document, "");
        if (mapping.isEmpty()) {
            return Optional.empty();
        }
        Fields fields =
                new Fields(
                        values,
                        mapping.get(),
                        "",
                        List.of("apiVersion", "kind", "metadata", "spec"));
        oneOf(fields, "apiVersion", List.of(Policy.API_VERSION));
        boolean cluster =
                oneOf(fields, "kind", List.of(SecurityPolicy.KIND, ClusterSecurityPolicy.KIND))
                        .equals(ClusterSecurityPolicy.KIND);
        Optional<Metadata> metadata =
                fields.required("metadata", "metadata: {name: my-policy}")
                        .flatMap(node -> values.mapping(node, "metadata"))
                        .map(node -> metadata(node, cluster));
        Optional<Fields> spec =
                fields.required("spec", "what the policy says")
                        .flatMap(node -> values.mapping(node, "spec"))
                        .map(this::specFields);
        if (spec.isEmpty()) {
            return Optional.empty();
        }
        // Read whatever else is missing, so that all that is wrong is told at once.
        LabelSelector namespaces = namespaceSelector(spec.get(), cluster);
        SecurityPolicySpec said = spec(spec.get());
        return metadata.map(name ->
                cluster
                        ? new ClusterSecurityPolicy(name, namespaces, said)
                        : new SecurityPolicy(name, said));
    }

    /** A field that names one of a few; empty if it does not. */
    private String oneOf(Fields fields, String name, List<String> right) {
        Optional<Node> node = fields.required(name, name + ": " + right.getFirst());
        Optional<String> text = node.flatMap(value -> values.string(value, name));
        if (text.isPresent() && !right.contains(text.get())) {
            values.problems()
                    .add(
                            node.get(),
                            name,
                            "\"%s\" is not known here; write %s"
                                    .formatted(text.get(), Suggestion.list(right)));
        }
        return text.orElse("");
    }

    private Metadata metadata(MappingNode node, boolean cluster) {
        Fields fields =
                new Fields(
                        values,
                        node,
                        "metadata",
                        List.of("name", "namespace", "labels", "annotations"));
        String name =
                fields.required("name", "name: my-policy")
                        .flatMap(value -> names.dnsSubdomain(value, "metadata.name"))
                        .orElse("");
        Optional<Node> given = fields.get("namespace");
        Optional<String> namespace =
                given.flatMap(value -> names.dnsLabel(value, "metadata.namespace"));
        if (cluster && given.isPresent()) {
            values.problems()
                    .add(
                            given.get(),
                            "metadata.namespace",
                            "a ClusterSecurityPolicy belongs to no namespace; remove this, and"
                                    + " select namespaces with spec.namespaceSelector");
        }
        fields.get("annotations").ifPresent(value -> values.mapping(value, "metadata.annotations"));
        return new Metadata(
                name,
                cluster ? "" : namespace.orElse(Metadata.DEFAULT_NAMESPACE),
                labels(fields, "labels"));
    }

    private Fields specFields(MappingNode node) {
        return new Fields(
                values,
                node,
                "spec",
                List.of(
                        "namespaceSelector",
                        "podSelector",
                        "containers",
                        "mode",
                        "severity",
                        "message",
                        "labels",
                        "process",
                        "file",
                        "network",
                        "capabilities",
                        "system"));
    }

    private SecurityPolicySpec spec(Fields fields) {
        return new SecurityPolicySpec(
                selector(fields, "podSelector"),
                containers(fields),
                fields.get("mode")
                        .flatMap(value -> values.named(value, "spec.mode", Mode.class))
                        .orElse(Mode.ENFORCE),
                fields.get("severity")
                        .flatMap(value -> values.integer(value, "spec.severity", 1, MAX_SEVERITY))
                        .orElse(0),
                message(fields),
                labels(fields, "labels"),
                section(fields, "process", rules::process),
                section(fields, "file", rules::file),
                section(fields, "network", rules::network),
                section(fields, "capabilities", rules::capability),
                section(fields, "system", rules::system));
    }

    private LabelSelector namespaceSelector(Fields fields, boolean cluster) {
        Optional<Node> node = fields.get("namespaceSelector");
        if (node.isPresent() && !cluster) {
            values.problems()
                    .add(
                            node.get(),
                            fields.field("namespaceSelector"),
                            "a SecurityPolicy selects in its own namespace; remove this, or write"
                                    + " kind: ClusterSecurityPolicy");
        }
        return selector(fields, "namespaceSelector");
    }

    private LabelSelector selector(Fields fields, String name) {
        return fields.get(name)
                .map(value -> new SelectorReader(values, names).read(value, fields.field(name)))
                .orElse(LabelSelector.EVERYTHING);
    }

    private List<String> containers(Fields fields) {
        List<String> containers = new ArrayList<>();
        fields.get("containers")
                .ifPresent(node -> {
                    List<Node> items = values.list(node, "spec.containers");
                    if (values.isEmptyList(node)) {
                        values.problems()
                                .add(
                                        node,
                                        "spec.containers",
                                        "empty list; leave it out for all containers");
                    }
                    for (int i = 0; i < items.size(); i++) {
                        names.dnsLabel(items.get(i), "spec.containers[" + i + "]")
                                .ifPresent(containers::add);
                    }
                });
        return containers;
    }

    private String message(Fields fields) {
        Optional<Node> node = fields.get("message");
        String message = node.flatMap(value -> values.string(value, "spec.message")).orElse("");
        if (message.length() > MAX_MESSAGE) {
            values.problems()
                    .add(
                            node.orElseThrow(),
                            "spec.message",
                            "longer than " + MAX_MESSAGE + " characters; shorten it");
        }
        return message;
    }

    private Map<String, String> labels(Fields fields, String name) {
        return fields.get(name)
                .map(node -> names.labels(node, fields.field(name)))
                .orElse(Map.of());
    }

    private <R extends Rule> Section<R> section(Fields spec, String name, RuleOf<R> reader) {
        String path = spec.field(name);
        Optional<MappingNode> node = spec.get(name).flatMap(value -> values.mapping(value, path));
        if (node.isEmpty()) {
            return Section.empty();
        }
        Fields fields = new Fields(values, node.get(), path, List.of("default", "rules"));
        Action action =
                fields.get("default")
                        .flatMap(
                                value -> values.named(value, fields.field("default"), Action.class))
                        .orElse(Action.ALLOW);
        List<R> found = new ArrayList<>();
        fields.get("rules")
                .ifPresent(list -> {
                    List<Node> items = lists.items(list, fields.field("rules"));
                    for (int i = 0; i < items.size(); i++) {
                        String rule = fields.field("rules") + "[" + i + "]";
                        values.sawLine(rule, items.get(i));
                        values.mapping(items.get(i), rule)
                                .ifPresent(item -> found.add(reader.read(item, rule)));
                    }
                });
        return new Section<>(action, found);
    }

    private interface RuleOf<R> {
        R read(MappingNode node, String path);
    }
}
