// SPDX-License-Identifier: Apache-2.0
package dev.portcullis.e2e.cluster;

import static org.assertj.core.api.Assertions.assertThat;

import io.fabric8.kubernetes.api.model.Pod;
import io.fabric8.kubernetes.api.model.PodBuilder;
import io.fabric8.kubernetes.api.model.Probe;
import io.fabric8.kubernetes.api.model.ProbeBuilder;
import java.time.Duration;
import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * Where nothing may run but what is listed, all that Kubernetes and the container's runtime do with
 * a pod still works.
 */
@ClusterTest
class AllowListTest {
    private static final long GRACE_SECONDS = 120;

    @RegisterExtension private final TestNamespace namespace = new TestNamespace();

    @ParameterizedTest
    @ValueSource(strings = {"", "crun"})
    void podLivesWithItsListedPrograms(String runtime) {
        if (!runtime.isEmpty()) {
            Assumptions.assumeTrue(NodeShell.available(), "needs a node with " + runtime);
            RuntimeClasses.ensure(runtime);
        }
        namespace
                .policy(
                        "list",
                        """
                        process:
                          default: Block
                          rules:
                          - {action: Allow, paths: [/bin/busybox]}
                        """)
                .awaitProgrammed();
        Pods pods = namespace.pods();
        pods.create(Pods.in(runtime, living(pods.pod("judged", Pods.JUDGED, "true"))));
        pods.create(Pods.in(runtime, living(pods.pod("twin", Pods.FREE, "true"))));
        pods.awaitRunning("judged");
        pods.awaitRunning("twin");

        assertThat(pods.exec("judged", "echo", "listed").succeeded().output())
                .isEqualTo("listed\n");
        pods.exec("judged", "/bin/attempt", "exec:/forbidden").refused();
        pods.exec("judged", "/forbidden").refused();
        assertThat(tried(pods, "judged")).as("exec by a listed program").isEqualTo("126 126\n");
        assertThat(tried(pods, "twin")).as("twin").isEqualTo("0 0\n");
        pods.exec("twin", "/forbidden", "/marks/twin-by-exec").succeeded();
        assertThat(Marks.of(namespace.name(), "judged")).isZero();

        ends(pods, "judged");
        ends(pods, "twin");
    }

    private static String tried(Pods pods, String pod) {
        return pods.exec(
                        pod,
                        "sh",
                        "-c",
                        "/forbidden /marks/$POD >/dev/null; one=$?;"
                                + " /bin/attempt mkdir:/none >/dev/null; echo $one $?")
                .succeeded()
                .output();
    }

    /** It ends by itself, long before its grace is over, and its hook has run. */
    private void ends(Pods pods, String name) {
        Pod before = pods.get(name);
        assertThat(Pods.status(before, "main").getRestartCount()).as("restarts").isZero();
        assertThat(Pods.status(before, "main").getReady()).as("probed").isTrue();
        pods.delete(name);
        Await.until(
                "pod " + name + " has ended by itself",
                Duration.ofSeconds(GRACE_SECONDS - 10),
                () -> Marks.text(namespace.name(), "life-" + name),
                "hook\nterm\n"::equals);
        pods.deleteAndAwait(name);
    }

    private static Pod living(Pod pod) {
        String script =
                "trap 'echo term >>/marks/life-$POD; exit 0' TERM; while :; do sleep 1; done";
        return new PodBuilder(pod)
                .editSpec()
                .withRestartPolicy("Always")
                .withTerminationGracePeriodSeconds(GRACE_SECONDS)
                .editFirstContainer()
                .withCommand("sh", "-c", script)
                .withReadinessProbe(probe())
                .withLivenessProbe(probe())
                .withNewLifecycle()
                .withNewPreStop()
                .withNewExec()
                .withCommand("sh", "-c", "echo hook >>/marks/life-$POD")
                .endExec()
                .endPreStop()
                .endLifecycle()
                .endContainer()
                .endSpec()
                .build();
    }

    private static Probe probe() {
        return new ProbeBuilder()
                .withNewExec()
                .withCommand("test", "-d", "/marks")
                .endExec()
                .withPeriodSeconds(60)
                .withTimeoutSeconds(60)
                .withFailureThreshold(3)
                .build();
    }
}
