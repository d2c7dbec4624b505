// SPDX-License-Identifier: Apache-2.0
package dev.portcullis.e2e.cluster;

import static org.assertj.core.api.Assertions.assertThat;

import io.fabric8.kubernetes.api.model.GenericKubernetesResource;
import io.fabric8.kubernetes.client.dsl.Resource;
import io.fabric8.kubernetes.client.dsl.base.ResourceDefinitionContext;
import io.fabric8.kubernetes.client.utils.Serialization;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Predicate;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/** A policy in the cluster. */
final class PolicyResource {
    /**
     * A report of the enforcer and a round of the operator: what counts falls behind by no more.
     */
    private static final long SETTLED_MILLISECONDS = 8_000;

    private final @Nullable String namespace;
    private final String name;

    private PolicyResource(@Nullable String namespace, String name) {
        this.namespace = namespace;
        this.name = name;
    }

    /**
     * Creates a SecurityPolicy.
     *
     * @param spec in YAML
     */
    static PolicyResource create(String namespace, String name, String spec) {
        return new PolicyResource(namespace, name).apply(spec);
    }

    /** Creates a ClusterSecurityPolicy. Who does deletes it, too. */
    static PolicyResource createForCluster(String name, String spec) {
        return new PolicyResource(null, name).apply(spec);
    }

    private static ResourceDefinitionContext definition(boolean namespaced) {
        return new ResourceDefinitionContext.Builder()
                .withGroup("portcullis.dev")
                .withVersion("v1alpha1")
                .withKind(namespaced ? "SecurityPolicy" : "ClusterSecurityPolicy")
                .withPlural(namespaced ? "securitypolicies" : "clustersecuritypolicies")
                .withNamespaced(namespaced)
                .build();
    }

    private Resource<GenericKubernetesResource> resource() {
        var all = Cluster.client().genericKubernetesResources(definition(namespace != null));
        return namespace == null ? all.withName(name) : all.inNamespace(namespace).withName(name);
    }

    /** Creates it or replaces what it says. */
    PolicyResource apply(String spec) {
        GenericKubernetesResource made =
                Serialization.unmarshal(
                        """
                        apiVersion: portcullis.dev/v1alpha1
                        kind: %s
                        metadata: {name: %s}
                        spec:
                        %s
                        """
                                .formatted(
                                        definition(namespace != null).getKind(),
                                        name,
                                        spec.indent(2)),
                        GenericKubernetesResource.class);
        made.getMetadata().setNamespace(namespace);
        if (resource().get() == null) {
            Cluster.client().resource(made).create();
        } else {
            resource()
                    .edit(found -> {
                        found.setAdditionalProperty(
                                "spec", made.getAdditionalProperties().get("spec"));
                        return found;
                    });
        }
        return this;
    }

    void delete() {
        resource().delete();
    }

    /** What the operator says of it: of what is written now, or nothing. */
    Map<String, Object> status() {
        GenericKubernetesResource found = resource().get();
        if (found == null || !(found.get("status") instanceof Map<?, ?>)) {
            return Map.of();
        }
        Number seen = found.get("status", "observedGeneration");
        long written = found.getMetadata().getGeneration();
        return seen != null && seen.longValue() == written ? found.get("status") : Map.of();
    }

    /** A count of its status. */
    long count(String field) {
        return status().get(field) instanceof Number number ? number.longValue() : 0;
    }

    private static Optional<Map<?, ?>> condition(Map<String, Object> status, String type) {
        List<?> conditions = status.get("conditions") instanceof List<?> list ? list : List.of();
        return conditions.stream()
                .filter(condition ->
                        condition instanceof Map<?, ?> map && type.equals(map.get("type")))
                .<Map<?, ?>>map(condition -> (Map<?, ?>) condition)
                .findFirst();
    }

    /** Waits until a condition is as said; returns its message. */
    String await(String type, boolean status) {
        Predicate<Map<String, Object>> is =
                seen ->
                        condition(seen, type)
                                .filter(found ->
                                        String.valueOf(found.get("status"))
                                                .equalsIgnoreCase(String.valueOf(status)))
                                .isPresent();
        Map<String, Object> seen =
                Await.until("policy %s %s=%s".formatted(name, type, status), this::status, is);
        return condition(seen, type)
                .map(found -> String.valueOf(found.get("message")))
                .orElseThrow();
    }

    /** Waits until it is in force in all pods that are there. */
    PolicyResource awaitProgrammed() {
        await("Programmed", true);
        return this;
    }

    /** Waits until so many pods are under it. */
    PolicyResource awaitEnforced(int pods) {
        Await.until(
                "policy %s enforced in %d pods".formatted(name, pods),
                this::status,
                status ->
                        status.get("pods") instanceof Map<?, ?> map
                                && map.get("enforced") instanceof Number number
                                && number.intValue() == pods
                                && condition(status, "Programmed")
                                        .filter(found -> "True".equals(found.get("status")))
                                        .isPresent());
        return this;
    }

    /** Waits until a count gets there, and a little more, to see that it goes no further. */
    void counts(String field, long expected) {
        assertThat(settled(field, expected)).as("%s of policy %s", field, name).isEqualTo(expected);
    }

    /** Waits until a count is at least so high, and a little more; returns how high it is then. */
    long settled(String field, long least) {
        Await.until(
                "%s of policy %s is %d".formatted(field, name, least),
                () -> count(field),
                count -> count >= least);
        Await.pause(SETTLED_MILLISECONDS);
        return count(field);
    }

    /** What the operator says of a namespace's policies, to be shown. */
    static Stream<String> statuses(String namespace) {
        return Cluster.client()
                .genericKubernetesResources(definition(true))
                .inNamespace(namespace)
                .list()
                .getItems()
                .stream()
                .map(policy ->
                        "policy %s: %s"
                                .formatted(
                                        policy.getMetadata().getName(),
                                        Serialization.asYaml(policy.get("status"))));
    }
}
