// SPDX-License-Identifier: Apache-2.0
package dev.portcullis.e2e.cluster;

import static org.assertj.core.api.Assertions.assertThat;

import io.fabric8.kubernetes.api.model.Pod;
import io.fabric8.kubernetes.api.model.PodBuilder;
import java.util.Set;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Order;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/** The enforcer is killed, and the kernel goes on. */
@ClusterTest
@Order(EnforcerGoneTest.LATE)
class EnforcerGoneTest {
    /** After all that only look on. */
    static final int LATE = Integer.MAX_VALUE - 10;

    private static final String RULES =
            """
            process:
              rules:
              - {action: Block, paths: [/forbidden]}
            """;

    @RegisterExtension private final TestNamespace namespace = new TestNamespace();

    @BeforeEach
    void needsTheNode() {
        NodeShell.assume();
    }

    @Test
    void refusalsGoOnAndTheNextEnforcerTakesOver() {
        PolicyResource policy = namespace.policy("none", RULES).awaitProgrammed();
        Pods pods = namespace.pods();
        pods.create(pods.pod("running", Pods.JUDGED, Pods.SLEEP));
        // The node knows this pod, and none of its containers but the first.
        pods.create(startingLate(pods.pod("late", Pods.JUDGED, "/forbidden")));
        pods.create(startingLate(pods.pod("twin-late", Pods.FREE, "/forbidden")));
        pods.running("twin", Pods.FREE);
        pods.awaitRunning("running");
        awaitInit("late");
        awaitInit("twin-late");
        pods.exec("running", "/forbidden").refused();
        policy.counts("blocked", 1);
        Set<Long> programs = BpfMaps.programs();
        Pod enforcer = Cluster.enforcer();
        int restarts = Pods.status(enforcer, "enforcer").getRestartCount();

        NodeShell.run(
                "kill -9 %d && touch %s/go"
                        .formatted(
                                NodeProcesses.of(enforcer, "enforcer").getFirst(),
                                Marks.folder(namespace.name())));
        pods.exec("running", "/forbidden").refused();
        pods.exec("twin", "/forbidden").succeeded();
        assertThat(Pods.exitCode(pods.awaitEnd("late"), "main")).isNotZero();
        assertThat(Pods.exitCode(pods.awaitEnd("twin-late"), "main")).isZero();
        assertThat(Marks.of(namespace.name(), "running")).isZero();
        assertThat(Marks.of(namespace.name(), "late")).isZero();
        assertThat(Marks.of(namespace.name(), "twin-late")).isOne();

        Await.until(
                "the enforcer runs again",
                () -> Pods.status(Cluster.enforcer(), "enforcer"),
                status -> status.getRestartCount() > restarts && status.getReady());
        policy.counts("blocked", 3);
        assertThat(BpfMaps.programs()).as("programs").isEqualTo(programs);
        pods.exec("running", "/forbidden").refused();
        policy.counts("blocked", 4);
        pods.create(pods.pod("new", Pods.JUDGED, "/forbidden"));
        assertThat(Pods.exitCode(pods.awaitEnd("new"), "main")).isNotZero();
        assertThat(Marks.of(namespace.name(), "new")).isZero();
    }

    /** Started while there is no enforcer that could be asked: judged as soon as there is. */
    @Test
    void podThatStartsMeanwhileIsJudgedByTheNextEnforcer() {
        PolicyResource policy = namespace.policy("none", RULES).awaitProgrammed();
        Pods pods = namespace.pods();
        assertThat(BpfMaps.heldUntil()).as("promise").isPositive();
        NodeShell.run(
                "kill -9 %1$d; while [ -e /proc/%1$d ]; do sleep 0.1; done"
                        .formatted(NodeProcesses.of(Cluster.enforcer(), "enforcer").getFirst()));
        // Else the next one would be held in its first execve, with nobody to continue it.
        assertThat(BpfMaps.heldUntil()).as("promise of a dead enforcer").isZero();
        pods.create(pods.pod("meanwhile", Pods.JUDGED, Pods.SLEEP));
        pods.create(pods.pod("twin", Pods.FREE, Pods.SLEEP));
        pods.awaitRunning("meanwhile");
        pods.awaitRunning("twin");
        policy.awaitEnforced(1);
        pods.exec("meanwhile", "/forbidden").refused();
        pods.exec("twin", "/forbidden").succeeded();
        assertThat(Marks.of(namespace.name(), "meanwhile")).isZero();
        assertThat(Marks.of(namespace.name(), "twin")).isOne();
    }

    /** Its main container starts once there is a file {@code go}. */
    private static Pod startingLate(Pod pod) {
        return new PodBuilder(pod)
                .editSpec()
                .withInitContainers(
                        Pods.container(
                                "first", "sh", "-c", "until [ -e /marks/go ]; do sleep 0.2; done"))
                .endSpec()
                .build();
    }

    private void awaitInit(String pod) {
        Await.until(
                "init container of pod " + pod + " runs",
                () -> Pods.findStatus(namespace.pods().get(pod), "first"),
                status ->
                        status.filter(found -> found.getState().getRunning() != null).isPresent());
    }
}
