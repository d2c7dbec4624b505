// SPDX-License-Identifier: Apache-2.0
package dev.portcullis.e2e.cluster;

import static org.assertj.core.api.Assertions.assertThat;

import io.fabric8.kubernetes.api.model.Pod;
import io.fabric8.kubernetes.api.model.PodBuilder;
import io.fabric8.kubernetes.client.utils.Serialization;
import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.api.Disabled;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/** Pods that share more with the node than others, or that are older than the enforcer. */
@ClusterTest
class SpecialPodsTest {
    /** Where {@code cluster-tests} starts a pod before it installs Portcullis. */
    private static final String OLDER = "portcullis-test-older";

    private static final String RULES =
            """
            process:
              rules:
              - {action: Block, paths: [/forbidden]}
            """;

    @RegisterExtension private final TestNamespace namespace = new TestNamespace();

    @Test
    void podWithTheHostsProcesses() {
        judges(pod -> new PodBuilder(pod).editSpec().withHostPID(true).endSpec().build());
    }

    @Test
    void privilegedPodWithTheHostsNetworkAndProcesses() {
        judges(pod ->
                new PodBuilder(pod)
                        .editSpec()
                        .withHostPID(true)
                        .withHostIPC(true)
                        .withHostNetwork(true)
                        .editFirstContainer()
                        .withNewSecurityContext()
                        .withPrivileged(true)
                        .endSecurityContext()
                        .endContainer()
                        .endSpec()
                        .build());
    }

    private void judges(java.util.function.UnaryOperator<Pod> special) {
        PolicyResource policy = namespace.policy("none", RULES).awaitProgrammed();
        Pods pods = namespace.pods();
        pods.create(special.apply(pods.pod("one", Pods.JUDGED, "/forbidden")));
        pods.create(special.apply(pods.pod("twin-one", Pods.FREE, "/forbidden")));
        pods.create(special.apply(pods.pod("judged", Pods.JUDGED, Pods.SLEEP)));
        pods.create(special.apply(pods.pod("twin", Pods.FREE, Pods.SLEEP)));
        assertThat(Pods.exitCode(pods.awaitEnd("one"), "main")).isNotZero();
        assertThat(Pods.exitCode(pods.awaitEnd("twin-one"), "main")).isZero();
        pods.awaitRunning("judged");
        pods.awaitRunning("twin");

        pods.exec("judged", "/forbidden").refused();
        pods.exec("twin", "/forbidden").succeeded();
        assertThat(Marks.of(namespace.name(), "one")).isZero();
        assertThat(Marks.of(namespace.name(), "judged")).isZero();
        assertThat(Marks.of(namespace.name(), "twin")).isEqualTo(2);
        policy.counts("blocked", 2);
    }

    /** The kubelet starts it by itself, and tells of it by another UID than its cgroups have. */
    @Test
    void staticPod() {
        NodeShell.assume();
        PolicyResource policy = namespace.policy("none", RULES).awaitProgrammed();
        Pods pods = namespace.pods();
        String file = "/etc/kubernetes/manifests/%s-%s.yaml";
        String judged = file.formatted(namespace.name(), "judged");
        String twin = file.formatted(namespace.name(), "twin");
        try {
            NodeShell.run("cat >" + judged, manifest(pods.pod("judged", Pods.JUDGED, Pods.SLEEP)));
            NodeShell.run("cat >" + twin, manifest(pods.pod("twin", Pods.FREE, Pods.SLEEP)));
            String judgedName = pods.awaitRunning("judged-" + Cluster.node());
            String twinName = pods.awaitRunning("twin-" + Cluster.node());
            policy.awaitEnforced(1);
            pods.exec(judgedName, "/forbidden").refused();
            pods.exec(twinName, "/forbidden").succeeded();
            assertThat(Marks.of(namespace.name(), "judged")).isZero();
            assertThat(Marks.of(namespace.name(), "twin")).isOne();
            policy.counts("blocked", 1);
        } finally {
            NodeShell.run("rm -f " + judged + " " + twin);
        }
    }

    private static String manifest(Pod pod) {
        return Serialization.asYaml(pod);
    }

    @Test
    void podOlderThanTheEnforcer() {
        Pods pods = new Pods(OLDER);
        Assumptions.assumeTrue(
                Cluster.client().pods().inNamespace(OLDER).withName("older").get() != null,
                "no pod was started before Portcullis");
        // It has tried once a second since then.
        assertThat(Marks.of(OLDER, "older")).isPositive();
        pods.exec("older", "/forbidden", "/marks/exec").succeeded();
        PolicyResource policy =
                PolicyResource.create(OLDER, "none", "podSelector: {}\n" + RULES).awaitEnforced(1);
        try {
            long marks = Marks.of(OLDER, "older");
            pods.exec("older", "/forbidden", "/marks/exec").refused();
            Await.until(
                    "refusals in a process older than the enforcer",
                    () -> policy.count("blocked"),
                    count -> count >= 5);
            assertThat(Marks.of(OLDER, "older")).isEqualTo(marks);
            assertThat(Marks.of(OLDER, "exec")).isOne();
        } finally {
            policy.delete();
        }
    }

    @Test
    @Disabled("ephemeral containers are behind a feature gate up to Kubernetes 1.22")
    void ephemeralContainer() {}
}
