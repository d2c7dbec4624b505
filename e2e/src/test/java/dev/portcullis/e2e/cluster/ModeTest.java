// SPDX-License-Identifier: Apache-2.0
package dev.portcullis.e2e.cluster;

import static org.assertj.core.api.Assertions.assertThat;

import dev.portcullis.event.v1alpha1.Verdict;
import io.fabric8.kubernetes.api.model.NamespaceBuilder;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/** Whether a policy refuses, only tells, or says nothing at all. */
@ClusterTest
class ModeTest {
    private static final String RULES =
            """
            process:
              rules:
              - {action: Block, paths: [/forbidden]}
            """;

    /** Nothing that fetches pages is installed on the node. */
    private static final String METRICS =
            "bash -c 'exec 3<>/dev/tcp/127.0.0.1/9483; printf \"GET /metrics HTTP/1.0\\r\\n\\r\\n\" >&3; cat <&3'";

    @RegisterExtension private final TestNamespace namespace = new TestNamespace();

    @Test
    @Tag("smoke")
    void auditTellsAndAllows_deletionLifts() {
        Pods pods = namespace.pods();
        pods.running("judged", Pods.JUDGED);
        PolicyResource policy = namespace.policy("none", "mode: Audit\n" + RULES).awaitEnforced(1);
        pods.exec("judged", "/forbidden").succeeded();
        assertThat(Marks.of(namespace.name(), "judged")).isOne();
        policy.counts("wouldBlock", 1);
        assertThat(policy.count("blocked")).isZero();
        if (NodeShell.available()) {
            assertThat(NodeShell.run(METRICS).lines())
                    .contains(
                            "portcullis_policy_operations_total{policy=\"none\",policy_namespace=\"%s\",verdict=\"would_block\"} 1.0"
                                    .formatted(namespace.name()));
        }
        assertThat(Events.await(namespace.name(), "judged", 1))
                .singleElement()
                .satisfies(event -> {
                    assertThat(event.getVerdict()).isEqualTo(Verdict.WOULD_BLOCK);
                    assertThat(event.getPath()).isEqualTo("/forbidden");
                });

        policy.apply("podSelector: {matchLabels: {app: judged}}\n" + RULES).awaitEnforced(1);
        pods.exec("judged", "/forbidden").refused();
        assertThat(Marks.of(namespace.name(), "judged")).isOne();

        policy.delete();
        awaitAllowed(pods);
    }

    /** Without a policy there is no status to wait for. */
    private static void awaitAllowed(Pods pods) {
        Await.until(
                "the forbidden program runs",
                () -> pods.exec("judged", "/forbidden"),
                execution -> execution.status() == 0);
    }

    @Test
    void labelOfTheNamespaceCaps() {
        Pods pods = namespace.pods();
        pods.running("judged", Pods.JUDGED);
        PolicyResource policy = namespace.policy("none", RULES).awaitEnforced(1);
        pods.exec("judged", "/forbidden").refused();
        policy.counts("blocked", 1);

        cap(policy, "audit", "Audit");
        pods.exec("judged", "/forbidden").succeeded();
        policy.counts("wouldBlock", 1);

        cap(policy, "off", "Off");
        awaitAllowed(pods);
        policy.counts("wouldBlock", 1);

        cap(policy, null, "Enforce");
        policy.awaitEnforced(1);
        pods.exec("judged", "/forbidden").refused();
        policy.counts("blocked", 2);
    }

    private void cap(PolicyResource policy, @Nullable String label, String mode) {
        Cluster.client()
                .namespaces()
                .withName(namespace.name())
                .edit(found -> {
                    var metadata = new NamespaceBuilder(found).editMetadata();
                    return (label == null
                                    ? metadata.removeFromLabels("portcullis.dev/mode")
                                    : metadata.addToLabels("portcullis.dev/mode", label))
                            .endMetadata()
                            .build();
                });
        Await.until("mode " + mode, policy::status, status -> mode.equals(status.get("mode")));
        if (!mode.equals("Off")) {
            policy.awaitEnforced(1);
        }
    }

    @Test
    void aWrongPolicyIsNotAcceptedAndSaysWhereItIsWrong() {
        PolicyResource policy =
                namespace.policy(
                        "wrong",
                        """
                        process:
                          rules:
                          - {action: Block, paths: [/forbidden, "/usr/{bin"]}
                        """);
        assertThat(policy.await("Accepted", false)).contains("spec.process.rules[0].paths[1]");
        policy.await("Programmed", false);
        Pods pods = namespace.pods();
        pods.running("judged", Pods.JUDGED);
        pods.exec("judged", "/forbidden").succeeded();

        policy.apply("podSelector: {matchLabels: {app: judged}}\n" + RULES);
        policy.await("Accepted", true);
        policy.awaitEnforced(1);
        pods.exec("judged", "/forbidden").refused();
        // Wrong once more: what was accepted before stays in force.
        policy.apply("process: {rules: [{action: Block, paths: [/a//b]}]}");
        assertThat(policy.await("Accepted", false)).contains("spec.process.rules[0].paths[0]");
        pods.exec("judged", "/forbidden").refused();
        assertThat(Marks.of(namespace.name(), "judged")).isOne();
    }

    @Test
    void policyOfTheClusterSelectsNamespaces() {
        PolicyResource policy =
                PolicyResource.createForCluster(
                        namespace.name(),
                        """
                        namespaceSelector: {matchLabels: {portcullis.test/name: %s}}
                        podSelector: {matchLabels: {app: judged}}
                        %s
                        """
                                .formatted(namespace.name(), RULES));
        TestNamespace other = new TestNamespace();
        try {
            policy.awaitProgrammed();
            Pods pods = namespace.pods();
            pods.create(pods.pod("one", Pods.JUDGED, "/forbidden"));
            pods.create(pods.pod("free", Pods.FREE, "/forbidden"));
            assertThat(Pods.exitCode(pods.awaitEnd("one"), "main")).isNotZero();
            assertThat(Pods.exitCode(pods.awaitEnd("free"), "main")).isZero();
            assertThat(Marks.of(namespace.name(), "one")).isZero();
            assertThat(Marks.of(namespace.name(), "free")).isOne();

            other.begin("other");
            other.pods().create(other.pods().pod("twin", Pods.JUDGED, "/forbidden"));
            assertThat(Pods.exitCode(other.pods().awaitEnd("twin"), "main")).isZero();
            assertThat(Marks.of(other.name(), "twin")).isOne();
            policy.counts("blocked", 1);
        } finally {
            policy.delete();
            other.end();
        }
    }
}
