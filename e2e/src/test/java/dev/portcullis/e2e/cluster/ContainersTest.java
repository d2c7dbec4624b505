// SPDX-License-Identifier: Apache-2.0
package dev.portcullis.e2e.cluster;

import static org.assertj.core.api.Assertions.assertThat;

import dev.portcullis.event.v1alpha1.Event;
import dev.portcullis.event.v1alpha1.Verdict;
import io.fabric8.kubernetes.api.model.ContainerStatus;
import io.fabric8.kubernetes.api.model.Pod;
import io.fabric8.kubernetes.api.model.PodBuilder;
import java.util.List;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/** Whatever kind of container it is, and however often it starts. */
@ClusterTest
class ContainersTest {
    private static final String RULES =
            """
            process:
              rules:
              - {action: Block, paths: [/forbidden]}
            """;

    @RegisterExtension private final TestNamespace namespace = new TestNamespace();

    private PolicyResource policy() {
        return namespace.policy("none", RULES).awaitProgrammed();
    }

    @Test
    void initContainerIsRefused() {
        PolicyResource policy = policy();
        Pods pods = namespace.pods();
        pods.create(withInit(pods.pod("init", Pods.JUDGED, "true")));
        pods.create(withInit(pods.pod("twin", Pods.FREE, "true")));

        Pod refused = pods.awaitEnd("init");
        assertThat(Pods.exitCode(refused, "first")).as("exit code").isNotZero();
        assertThat(refused.getStatus().getPhase()).isEqualTo("Failed");
        assertThat(pods.awaitEnd("twin").getStatus().getPhase()).isEqualTo("Succeeded");
        assertThat(Marks.of(namespace.name(), "init")).isZero();
        assertThat(Marks.of(namespace.name(), "twin")).isOne();
        policy.counts("blocked", 1);
        assertThat(Events.await(namespace.name(), "", 1))
                .singleElement()
                .extracting(event -> event.getContainer().getName())
                .isEqualTo("first");
    }

    private static Pod withInit(Pod pod) {
        return new PodBuilder(pod)
                .editSpec()
                .withInitContainers(Pods.container("first", "/forbidden"))
                .endSpec()
                .build();
    }

    @Test
    @Tag("smoke")
    void kubectlExecIsRefused() {
        PolicyResource policy = policy();
        Pods pods = namespace.pods();
        pods.create(pods.pod("exec", Pods.JUDGED, Pods.SLEEP));
        pods.running("twin", Pods.FREE);
        pods.awaitRunning("exec");

        pods.exec("exec", "/forbidden").refused();
        Execution byShell = pods.exec("exec", "sh", "-c", "/forbidden; echo status $?");
        assertThat(byShell.output()).as(byShell.toString()).isEqualTo("status 126\n");
        pods.exec("twin", "/forbidden").succeeded();
        assertThat(Marks.of(namespace.name(), "exec")).isZero();
        assertThat(Marks.of(namespace.name(), "twin")).isOne();
        policy.counts("blocked", 2);
    }

    @Test
    void everyStartOfAContainerThatRestartsIsRefused() {
        PolicyResource policy = policy();
        Pods pods = namespace.pods();
        pods.create(restarting(pods.pod("again", Pods.JUDGED, "/forbidden")));
        pods.create(restarting(pods.pod("twin", Pods.FREE, "/forbidden")));

        int attempts = 1 + awaitCrashLoop("again").getRestartCount();
        awaitCrashLoop("twin");
        pods.deleteAndAwait("again");
        assertThat(Marks.of(namespace.name(), "again")).isZero();
        assertThat(Marks.of(namespace.name(), "twin")).isGreaterThan(1);
        // One more where the kubelet started it again while it was told to delete it.
        int blocked = (int) policy.settled("blocked", attempts);
        assertThat(blocked).isBetween(attempts, attempts + 1);
        List<Event> events = Events.await(namespace.name(), "again", blocked);
        assertThat(events).hasSize(blocked);
        assertThat(events.stream().map(event -> event.getContainer().getId()))
                .as("containers")
                .doesNotHaveDuplicates();
    }

    private static Pod restarting(Pod pod) {
        return new PodBuilder(pod).editSpec().withRestartPolicy("Always").endSpec().build();
    }

    private ContainerStatus awaitCrashLoop(String pod) {
        return Await.until(
                        "container of pod " + pod + " has restarted",
                        () -> Pods.findStatus(namespace.pods().get(pod), "main"),
                        status -> status.filter(ContainersTest::isCrashLoop).isPresent())
                .orElseThrow();
    }

    private static boolean isCrashLoop(ContainerStatus status) {
        var waiting = status.getState().getWaiting();
        return status.getRestartCount() >= 2
                && waiting != null
                && "CrashLoopBackOff".equals(waiting.getReason());
    }

    @Test
    void onlyTheContainerThatThePolicyNamesIsRefused() {
        PolicyResource policy =
                namespace.policy("one", "containers: [named]\n" + RULES).awaitProgrammed();
        Pods pods = namespace.pods();
        String[] leaveMark = {"/forbidden", "/marks/named"};
        String[] leaveOther = {"/forbidden", "/marks/other"};
        pods.create(
                pods.pod(
                        "two",
                        Pods.JUDGED,
                        Pods.container("named", leaveMark),
                        Pods.container("other", leaveOther)));

        Pod pod = pods.awaitEnd("two");
        assertThat(Pods.exitCode(pod, "named")).isNotZero();
        assertThat(Pods.exitCode(pod, "other")).isZero();
        assertThat(Marks.of(namespace.name(), "named")).isZero();
        assertThat(Marks.of(namespace.name(), "other")).isOne();
        policy.counts("blocked", 1);
        assertThat(Events.await(namespace.name(), "two", 1))
                .singleElement()
                .satisfies(event -> {
                    assertThat(event.getVerdict()).isEqualTo(Verdict.BLOCKED);
                    assertThat(event.getContainer().getName()).isEqualTo("named");
                });

        policy.delete();
        pods.deleteAndAwait("two");
        pods.create(pods.pod("twin", Pods.JUDGED, Pods.container("named", leaveMark)));
        assertThat(Pods.exitCode(pods.awaitEnd("twin"), "named")).isZero();
        assertThat(Marks.of(namespace.name(), "named")).isOne();
    }
}
