// SPDX-License-Identifier: Apache-2.0
package dev.portcullis.e2e;

import static org.assertj.core.api.Assertions.as;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.InstanceOfAssertFactories.type;

import dev.portcullis.cli.ContainerProcess.Binding;
import dev.portcullis.enforcer.Enforcer;
import dev.portcullis.enforcer.EnforcerOptions;
import dev.portcullis.enforcer.node.NodeAgent;
import dev.portcullis.enforcer.node.NodeOptions;
import dev.portcullis.event.v1alpha1.Event;
import dev.portcullis.node.v1alpha1.Pod;
import dev.portcullis.node.v1alpha1.PolicyCount;
import dev.portcullis.node.v1alpha1.Snapshot;
import dev.portcullis.policy.ruleset.RuleSet;
import dev.portcullis.policy.ruleset.RuleSetCodec;
import io.prometheus.metrics.model.snapshots.CounterSnapshot.CounterDataPointSnapshot;
import io.prometheus.metrics.model.snapshots.MetricSnapshot;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Order;
import org.junit.jupiter.api.Test;

/** Pods and their containers without a kubelet: who is who, from the first exec on. */
@KernelTest
@Order(Integer.MAX_VALUE) // behind those that share an agent
class PodTest {
    private static final Path PINS = EnforcerOptions.DEFAULT_PIN_FOLDER;
    private static final int SIGKILL = 9;
    private static final int SIGSTOP = 19;

    /** Which the JVM ignores. */
    private static final int SIGWINCH = 28;

    private static final Workspace NODE = Workspace.create();
    private static final Path BUNDLES = NODE.directory("bundles");
    private static final EventLog EVENTS = new EventLog();
    private static @Nullable NodeAgent shared;
    private static int tests;
    private static long version;

    private static final RuleSet NO_SECRET =
            Policies.enforced("file: {rules: [{action: Block, paths: [/secret]}]}");
    private static final RuleSet NO_ENTRYPOINT =
            Policies.enforced("process: {rules: [{action: Block, paths: [/attempt]}]}");

    private final Workspace work = Workspace.create();
    private final String uid = UUID.randomUUID().toString();
    private final String name = "app" + ++tests;

    @BeforeAll
    static void endTheSharedAgent() {
        Agent.end();
    }

    @BeforeEach
    void prepare() {
        work.file("root/secret", "");
        work.file("root/free", "");
    }

    /** Ends the agent and what it enforced. */
    @AfterAll
    static void endAgent() {
        if (shared != null) {
            shared.close();
            shared = null;
        }
        Enforcer.unload(PINS);
    }

    private static NodeAgent start() {
        return NodeAgent.start(
                new NodeOptions(PINS, NODE.path("state"), BUNDLES, "portcullis", true, EVENTS));
    }

    /** The agent of all tests that do not need it to start: that takes seconds in a guest. */
    private static NodeAgent agent() {
        if (shared == null) {
            shared = start();
        }
        return shared;
    }

    private PodContainer container(String podUid, int number, String name) {
        return new PodContainer(work, BUNDLES, podUid, number, name).described();
    }

    /** What an operator says of one pod. */
    private static Pod pod(String podUid, RuleSet unnamed, Map<String, RuleSet> containers) {
        Pod.Builder pod =
                Pod.newBuilder()
                        .setUid(podUid)
                        .setNamespace("shop")
                        .setName("web-0")
                        .setUnnamed(unnamed.id());
        containers.forEach((name, rules) -> pod.putContainers(name, rules.id()));
        return pod.build();
    }

    private void tell(NodeAgent agent, Pod... pods) throws Exception {
        for (RuleSet rules : List.of(NO_SECRET, NO_ENTRYPOINT)) {
            agent.take(RuleSetCodec.encode(rules)).get(60, TimeUnit.SECONDS);
        }
        var applied =
                agent.apply(
                                Snapshot.newBuilder()
                                        .setVersion(++version)
                                        .addAllPods(List.of(pods))
                                        .build())
                        .get(60, TimeUnit.SECONDS);
        assertThat(applied.getFailuresList()).isEmpty();
    }

    private static long blocked(NodeAgent agent) throws Exception {
        return agent.report().get(60, TimeUnit.SECONDS).getCountsList().stream()
                .filter(count -> count.getPolicy().equals("test"))
                .mapToLong(PolicyCount::getBlocked)
                .sum();
    }

    @Test
    void firstExecIsJudgedByTheContainersOwnRules() throws Exception {
        NodeAgent agent = agent();
        tell(agent, pod(uid, NO_ENTRYPOINT, Map.of(name, NO_ENTRYPOINT)));
        long before = blocked(agent);
        try (Container sandbox = container(uid, 0, "").start("waitfile:/never");
                Container app = container(uid, 1, name).start("read:/free");
                Container side = container(uid, 2, "side").start("read:/secret")) {
            // The execve itself is refused; who tried goes on as it was.
            assertThat(PodContainer.answers(app)).containsExactly("EACCES", "ok");
            assertThat(PodContainer.answers(side)).containsExactly("ok");
            assertThat(sandbox).isNotNull();
        }
        Event event = EVENTS.await(name, 1).getFirst();
        assertThat(event.getContainer().getPod()).isEqualTo("web-0");
        assertThat(event.getContainer().getNamespace()).isEqualTo("shop");
        assertThat(event.getPath()).isEqualTo("/attempt");
        assertThat(blocked(agent)).isEqualTo(before + 1);
    }

    @Test
    void withoutAPolicyThePodRuns() throws Exception {
        NodeAgent agent = agent();
        tell(agent, Pod.newBuilder().setUid(uid).setNamespace("shop").setName("web-0").build());
        try (Container sandbox = container(uid, 0, "").start("waitfile:/never");
                Container app =
                        container(uid, 1, name)
                                .start("read:/secret", "exec:/attempt,read:/secret")) {
            assertThat(PodContainer.answers(app)).containsExactly("ok", "ok", "exited 0");
            assertThat(sandbox).isNotNull();
        }
    }

    @Test
    void containerOfAnUnknownPodWaitsUntilItsRulesAreTold() throws Exception {
        NodeAgent agent = agent();
        tell(agent);
        agent.connected(true);
        try (Container sandbox = container(uid, 0, "").start("waitfile:/never");
                Container app = container(uid, 1, name).start("create:/started", "read:/secret")) {
            Thread.sleep(3000);
            assertThat(work.path("root/started")).doesNotExist();
            tell(agent, pod(uid, NO_SECRET, Map.of(name, NO_SECRET)));
            assertThat(PodContainer.answers(app)).containsExactly("ok", "EACCES");
            assertThat(sandbox).isNotNull();
        }
        agent.connected(false);
        assertThat(work.path("root/started")).exists();
    }

    @Test
    void sandboxRunsItsEntrypointAndNothingElse() throws Exception {
        NodeAgent agent = agent();
        tell(agent, pod(uid, NO_ENTRYPOINT, Map.of()));
        try (Container sandbox =
                container(uid, 0, "").start("read:/secret", "exec:/attempt,read:/free")) {
            assertThat(PodContainer.answers(sandbox)).containsExactly("ok", "EACCES");
        }
    }

    @Test
    void staticPodIsKnownByItsHash() throws Exception {
        NodeAgent agent = agent();
        String staticUid = uid.replace("-", "");
        tell(agent, pod(staticUid, NO_SECRET, Map.of(name, NO_SECRET)));
        try (Container sandbox = container(staticUid, 0, "").start("waitfile:/never");
                Container app = container(staticUid, 1, name).start("read:/secret")) {
            assertThat(PodContainer.answers(app)).containsExactly("EACCES");
            assertThat(sandbox).isNotNull();
        }
    }

    /** A container can make cgroups of any name, but only beneath its own. */
    @Test
    @Suite(Suite.BYPASS)
    void cgroupNamedAsAnotherPodIsStillTheContainers() throws Exception {
        NodeAgent agent = agent();
        String otherUid = UUID.randomUUID().toString();
        tell(
                agent,
                pod(uid, NO_SECRET, Map.of(name, NO_SECRET)),
                Pod.newBuilder().setUid(otherUid).setNamespace("shop").setName("b").build());
        String forged = "/kubepods/pod" + otherUid + "/" + "f".repeat(64);
        try (Container sandbox = container(uid, 0, "").start("waitfile:/never");
                Container app = container(uid, 1, name).startIn(forged, "read:/secret")) {
            assertThat(PodContainer.answers(app)).containsExactly("EACCES");
            assertThat(sandbox).isNotNull();
        }
    }

    /** A pod with the host's PID namespace sees the agent, which is this process. */
    @Test
    @Suite(Suite.BYPASS)
    void noContainerEndsTheAgent() throws Exception {
        NodeAgent agent = agent();
        tell(agent, Pod.newBuilder().setUid(uid).setNamespace("shop").setName("web-0").build());
        Process other = new ProcessBuilder("sleep", "300").start();
        String toAgent = "signal:%d,".formatted(ProcessHandle.current().pid());
        String toOther = "signal:%d,".formatted(other.pid());
        try (Container sandbox = container(uid, 0, "").start("waitfile:/never")) {
            assertThat(
                            container(uid, 1, name)
                                    .answersInHostPid(
                                            toAgent + 0,
                                            toAgent + SIGWINCH,
                                            toAgent + SIGSTOP,
                                            toAgent + SIGKILL,
                                            toOther + SIGKILL))
                    .containsExactly("ok", "EPERM", "EPERM", "EPERM", "ok");
            assertThat(sandbox).isNotNull();
        } finally {
            other.destroyForcibly();
        }
        assertThat(other.waitFor()).isEqualTo(128 + SIGKILL);
        // Whoever is in no container may.
        assertThat(Container.runFree(List.of(toAgent + SIGWINCH)).answers()).containsExactly("ok");
        assertThat(agent.report().get(60, TimeUnit.SECONDS).getDegradedList())
                .contains("3 signals of containers to the enforcer were refused");
        assertThat(agent.metrics().get(60, TimeUnit.SECONDS).stream())
                .filteredOn(metric ->
                        metric.getMetadata()
                                .getPrometheusName()
                                .equals("portcullis_signals_refused"))
                .flatExtracting(MetricSnapshot::getDataPoints)
                .singleElement(as(type(CounterDataPointSnapshot.class)))
                .returns(3.0, CounterDataPointSnapshot::getValue);
    }

    @Test
    void runningContainersAreBoundWhenTheAgentStarts() throws Exception {
        endAgent();
        try (Container sandbox = container(uid, 0, "").start("waitfile:/never");
                Container app =
                        container(uid, 1, name)
                                .start("create:/started", "waitfile:/go", "read:/secret")) {
            work.await("root/started");
            try (NodeAgent agent = start()) {
                tell(agent, pod(uid, NO_SECRET, Map.of(name, NO_SECRET)));
                work.file("root/go", "");
                assertThat(PodContainer.answers(app)).containsExactly("ok", "ok", "EACCES");
                assertThat(sandbox).isNotNull();
            }
            assertThat(EVENTS.await(name, 1)).hasSize(1);
        }
    }

    @Test
    void enforcementOutlivesTheAgentAndTheNextOneTakesOver() throws Exception {
        endAgent();
        try (Container sandbox = container(uid, 0, "").start("waitfile:/never");
                Container app =
                        container(uid, 1, name)
                                .start(
                                        "waitfile:/one",
                                        "read:/secret",
                                        "create:/done1",
                                        "waitfile:/two",
                                        "read:/secret",
                                        "create:/done2",
                                        "waitfile:/three",
                                        "read:/secret")) {
            try (NodeAgent first = start()) {
                tell(first, pod(uid, NO_SECRET, Map.of(name, NO_SECRET)));
                work.file("root/one", "");
                work.await("root/done1");
                assertThat(blocked(first)).isEqualTo(1);
            }
            List<String> programs = Container.run(Binding.NONE, List.of("programs")).lines();
            work.file("root/two", "");
            work.await("root/done2");
            // No agent is there to ask: what the pod's strictest rules say.
            try (Container late = container(uid, 2, "late").start("read:/secret", "read:/free")) {
                assertThat(PodContainer.answers(late)).containsExactly("EACCES", "ok");
            }
            try (NodeAgent second = start()) {
                // The same, and the iterators, which nobody pins.
                assertThat(Container.run(Binding.NONE, List.of("programs")).lines())
                        .startsWith(programs.toArray(String[]::new))
                        .doesNotHaveDuplicates();
                assertThat(blocked(second)).isEqualTo(3);
                work.file("root/three", "");
                assertThat(PodContainer.answers(app))
                        .containsExactly(
                                "ok", "EACCES", "ok", "ok", "EACCES", "ok", "ok", "EACCES");
                assertThat(blocked(second)).isEqualTo(4);
                assertThat(sandbox).isNotNull();
            }
        }
    }
}
