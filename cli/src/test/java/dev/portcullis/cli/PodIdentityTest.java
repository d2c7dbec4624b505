// SPDX-License-Identifier: Apache-2.0
package dev.portcullis.cli;

import static org.assertj.core.api.Assertions.assertThat;

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

    @Test
    void theMachinesContainersAreSelectedByWhatSelectsAll() {
        assertThat(selected(new PodIdentity(null, Map.of(), "")))
                .containsExactly("everywhere", "shop");
    }
}
