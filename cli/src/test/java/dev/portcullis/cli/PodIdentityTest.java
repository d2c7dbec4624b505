// SPDX-License-Identifier: Apache-2.0
package dev.portcullis.cli;

import static org.assertj.core.api.Assertions.assertThat;

import dev.portcullis.api.v1alpha1.Policy;
import dev.portcullis.policy.PolicyException;
import dev.portcullis.policy.SourcedPolicy;
import dev.portcullis.policy.parse.PolicyParser;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

class PodIdentityTest {
    private List<SourcedPolicy> policies = List.of();

    @BeforeEach
    void parse() throws PolicyException {
        String text =
                policy("everywhere", "default", "")
                        + policy("web", "default", "podSelector: {matchLabels: {app: web}}, ")
                        + policy("main", "default", "containers: [main], ")
                        + policy("shop", "shop", "");
        policies = PolicyParser.parse("all.yaml", text.getBytes(StandardCharsets.UTF_8));
    }

    private static String policy(String name, String namespace, String selection) {
        return """
        apiVersion: portcullis.dev/v1alpha1
        kind: SecurityPolicy
        metadata: {name: %s, namespace: %s}
        spec: {%sfile: {rules: [{action: Block, paths: [/etc/shadow]}]}}
        ---
        """
                .formatted(name, namespace, selection);
    }

    private List<String> selected(PodIdentity identity) {
        return identity.select(policies).stream()
                .map(sourced -> sourced.policy().metadata().name())
                .toList();
    }

    @Test
    void withNothingSaidEveryPolicySelects() {
        assertThat(selected(new PodIdentity(null, null, null)))
                .containsExactly("everywhere", "web", "main", "shop");
    }

    @Test
    void aNamespaceLeavesOutTheOthers() {
        assertThat(selected(new PodIdentity("shop", null, null))).containsExactly("shop");
        assertThat(selected(new PodIdentity("default", null, null)))
                .containsExactly("everywhere", "web", "main");
        assertThat(selected(new PodIdentity("none", null, null))).isEmpty();
    }

    @Test
    void labelsAreMatched() {
        assertThat(selected(new PodIdentity(null, Map.of("app", "web", "x", "y"), null)))
                .containsExactly("everywhere", "web", "main", "shop");
        assertThat(selected(new PodIdentity(null, Map.of("app", "db"), null)))
                .containsExactly("everywhere", "main", "shop");
    }

    @Test
    void aContainerIsMatchedByItsName() {
        assertThat(selected(new PodIdentity(null, null, "main")))
                .containsExactly("everywhere", "web", "main", "shop");
        assertThat(selected(new PodIdentity(null, null, "sidecar")))
                .containsExactly("everywhere", "web", "shop");
    }

    private static SourcedPolicy cluster(String selector) throws PolicyException {
        String text =
                policy("all", "default", selector)
                        .replace("kind: ", "kind: Cluster")
                        .replace(", namespace: default", "");
        return PolicyParser.parse("c.yaml", text.getBytes(StandardCharsets.UTF_8)).getFirst();
    }

    @Test
    void aClusterPolicySelectsEveryNamespaceUnlessItAsksForLabels() throws PolicyException {
        policies =
                List.of(
                        cluster(""),
                        cluster("namespaceSelector: {}, "),
                        cluster("namespaceSelector: {matchLabels: {a: b}}, "),
                        cluster("podSelector: {matchLabels: {app: web}}, "));
        assertThat(selected(new PodIdentity(null, null, null))).hasSize(3);
        assertThat(selected(new PodIdentity("shop", null, null))).hasSize(3);
        assertThat(selected(new PodIdentity(null, Map.of("app", "db"), ""))).hasSize(2);
    }

    @Test
    void whatIsSelectedInsteadIsTold() throws PolicyException {
        Policy labelled = cluster("namespaceSelector: {matchLabels: {a: b}}, ").policy();
        assertThat(PodIdentity.selectionOf(labelled, true))
                .isEqualTo("namespaces by label, and outside a cluster they have none");
        assertThat(PodIdentity.selectionOf(policies.getFirst().policy(), false))
                .startsWith("something else");
        assertThat(PodIdentity.selectionOf(policies.getFirst().policy(), true))
                .startsWith("pods by label");
    }

    @Test
    void theMachinesContainersAreSelectedByWhatSelectsAll() {
        assertThat(selected(new PodIdentity(null, Map.of(), "")))
                .containsExactly("everywhere", "shop");
    }
}
