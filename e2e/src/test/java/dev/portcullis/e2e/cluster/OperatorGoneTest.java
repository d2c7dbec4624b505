// SPDX-License-Identifier: Apache-2.0
package dev.portcullis.e2e.cluster;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Order;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/** There is no operator for a while: the node goes on with what it knows. */
@ClusterTest
@Order(EnforcerGoneTest.LATE + 1)
class OperatorGoneTest {
    private static final String RULES =
            """
            process:
              rules:
              - {action: Block, paths: [/forbidden]}
            """;

    @RegisterExtension private final TestNamespace namespace = new TestNamespace();

    @AfterEach
    void operatorIsBack() {
        scale(1);
    }

    private static void scale(int replicas) {
        Cluster.client()
                .apps()
                .deployments()
                .inNamespace(Cluster.PORTCULLIS)
                .withName("portcullis-operator")
                .scale(replicas);
        Await.until(
                replicas + " operators",
                () ->
                        Cluster.client()
                                .pods()
                                .inNamespace(Cluster.PORTCULLIS)
                                .withLabel("app.kubernetes.io/name", "portcullis-operator")
                                .list()
                                .getItems(),
                pods ->
                        pods.size() == replicas
                                && pods.stream()
                                                .flatMap(pod ->
                                                        pod
                                                                .getStatus()
                                                                .getContainerStatuses()
                                                                .stream())
                                                .filter(status -> status.getReady())
                                                .count()
                                        == replicas);
    }

    @Test
    void nothingChangesOnTheNodeUntilItIsBack() {
        PolicyResource policy = namespace.policy("none", RULES).awaitProgrammed();
        Pods pods = namespace.pods();
        pods.running("judged", Pods.JUDGED);
        policy.awaitEnforced(1);
        scale(0);

        pods.exec("judged", "/forbidden").refused();
        PolicyResource another =
                namespace.policy(
                        "another",
                        """
                        process:
                          rules:
                          - {action: Block, paths: [/bin/attempt]}
                        """);
        // Nobody can tell what it is to be judged by, and it starts all the same.
        pods.running("new", Pods.JUDGED);
        pods.exec("judged", "/bin/attempt", "mkdir:/tmp/a").succeeded();

        scale(1);
        another.awaitEnforced(2);
        pods.exec("judged", "/bin/attempt", "mkdir:/tmp/b").refused();
        pods.exec("new", "/forbidden").refused();
        assertThat(Marks.of(namespace.name(), "")).isZero();
        policy.counts("blocked", 2);
        another.counts("blocked", 1);
    }
}
