// SPDX-License-Identifier: Apache-2.0
package dev.portcullis.e2e;

import static org.assertj.core.api.Assertions.assertThat;

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
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Order;
import org.junit.jupiter.api.Test;

/** Pods and their containers without a kubelet: who is who, from the first exec on. */
@KernelTest
@Order(Integer.MAX_VALUE) // behind those that share an agent
class PodTest {
    private static final Path PINS = EnforcerOptions.DEFAULT_PIN_FOLDER;
    private static final String UID = "894f509d-d289-40e4-920a-4d1ca93229f7";
    private static final String OTHER_UID = "11111111-2222-3333-4444-555555555555";
    private static final String STATIC_UID = "0123456789abcdef0123456789abcdef";

    private static final RuleSet NO_SECRET =
            Policies.enforced("file: {rules: [{action: Block, paths: [/secret]}]}");
    private static final RuleSet NO_ENTRYPOINT =
            Policies.enforced("process: {rules: [{action: Block, paths: [/attempt]}]}");

    private final Workspace work = Workspace.create();
    private final Path bundles = work.directory("bundles");
    private final EventLog events = new EventLog();
    private long version;

    @BeforeEach
    void prepare() {
        Agent.end();
        work.file("root/secret", "");
        work.file("root/free", "");
    }

    @AfterEach
    void liftEverything() {
        Enforcer.unload(PINS);
    }

    private NodeAgent start() {
        return NodeAgent.start(
                new NodeOptions(PINS, work.path("state"), bundles, "portcullis", true, events));
    }

    private PodContainer container(String uid, int number, String name) {
        return new PodContainer(work, bundles, uid, number, name).described();
    }

    /** What an operator says of one pod. */
    private static Pod pod(String uid, RuleSet unnamed, Map<String, RuleSet> containers) {
        Pod.Builder pod =
                Pod.newBuilder()
                        .setUid(uid)
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
        try (NodeAgent agent = start()) {
            tell(agent, pod(UID, NO_ENTRYPOINT, Map.of("app", NO_ENTRYPOINT)));
            try (Container sandbox = container(UID, 0, "").start("until:" + "/never");
                    Container app = container(UID, 1, "app").start("read:/free");
                    Container side = container(UID, 2, "side").start("read:/secret")) {
                // The execve itself is refused; who tried goes on as it was.
                assertThat(PodContainer.answers(app)).containsExactly("EACCES", "ok");
                assertThat(PodContainer.answers(side)).containsExactly("ok");
                assertThat(sandbox).isNotNull();
            }
            Event event = events.await("app", 1).getFirst();
            assertThat(event.getContainer().getPod()).isEqualTo("web-0");
            assertThat(event.getContainer().getNamespace()).isEqualTo("shop");
            assertThat(event.getPath()).isEqualTo("/attempt");
            assertThat(blocked(agent)).isEqualTo(1);
        }
    }

    @Test
    void withoutAPolicyThePodRuns() throws Exception {
        try (NodeAgent agent = start()) {
            tell(agent, Pod.newBuilder().setUid(UID).setNamespace("shop").setName("web-0").build());
            try (Container sandbox = container(UID, 0, "").start("until:/never");
                    Container app =
                            container(UID, 1, "app")
                                    .start("read:/secret", "exec:/attempt,read:/secret")) {
                assertThat(PodContainer.answers(app)).containsExactly("ok", "ok", "exited 0");
                assertThat(sandbox).isNotNull();
            }
        }
    }

    @Test
    void containerOfAnUnknownPodWaitsUntilItsRulesAreTold() throws Exception {
        try (NodeAgent agent = start()) {
            tell(agent);
            agent.connected(true);
            try (Container sandbox = container(UID, 0, "").start("until:/never");
                    Container app =
                            container(UID, 1, "app").start("create:/started", "read:/secret")) {
                Thread.sleep(3000);
                assertThat(work.path("root/started")).doesNotExist();
                tell(agent, pod(UID, NO_SECRET, Map.of("app", NO_SECRET)));
                assertThat(PodContainer.answers(app)).containsExactly("ok", "EACCES");
                assertThat(sandbox).isNotNull();
            }
            assertThat(work.path("root/started")).exists();
        }
    }

    @Test
    void sandboxRunsItsEntrypointAndNothingElse() throws Exception {
        try (NodeAgent agent = start()) {
            tell(agent, pod(UID, NO_ENTRYPOINT, Map.of()));
            try (Container sandbox =
                    container(UID, 0, "").start("read:/secret", "exec:/attempt,read:/free")) {
                assertThat(PodContainer.answers(sandbox)).containsExactly("ok", "EACCES");
            }
        }
    }

    @Test
    void staticPodIsKnownByItsHash() throws Exception {
        try (NodeAgent agent = start()) {
            tell(agent, pod(STATIC_UID, NO_SECRET, Map.of("app", NO_SECRET)));
            try (Container sandbox = container(STATIC_UID, 0, "").start("until:/never");
                    Container app = container(STATIC_UID, 1, "app").start("read:/secret")) {
                assertThat(PodContainer.answers(app)).containsExactly("EACCES");
                assertThat(sandbox).isNotNull();
            }
        }
    }

    /** A container can make cgroups of any name, but only beneath its own. */
    @Test
    @Suite(Suite.BYPASS)
    void cgroupNamedAsAnotherPodIsStillTheContainers() throws Exception {
        try (NodeAgent agent = start()) {
            tell(
                    agent,
                    pod(UID, NO_SECRET, Map.of("app", NO_SECRET)),
                    Pod.newBuilder().setUid(OTHER_UID).setNamespace("shop").setName("b").build());
            String forged = "/kubepods/pod" + OTHER_UID + "/" + "f".repeat(64);
            try (Container sandbox = container(UID, 0, "").start("until:/never");
                    Container app = container(UID, 1, "app").startIn(forged, "read:/secret")) {
                assertThat(PodContainer.answers(app)).containsExactly("EACCES");
                assertThat(sandbox).isNotNull();
            }
        }
    }

    @Test
    void runningContainersAreBoundWhenTheAgentStarts() throws Exception {
        try (Container sandbox = container(UID, 0, "").start("until:/never");
                Container app =
                        container(UID, 1, "app")
                                .start("create:/started", "waitfile:/go", "read:/secret")) {
            work.await("root/started");
            try (NodeAgent agent = start()) {
                tell(agent, pod(UID, NO_SECRET, Map.of("app", NO_SECRET)));
                work.file("root/go", "");
                assertThat(PodContainer.answers(app)).containsExactly("ok", "ok", "EACCES");
                assertThat(sandbox).isNotNull();
            }
            assertThat(events.await("app", 1)).hasSize(1);
        }
    }

    @Test
    void enforcementOutlivesTheAgentAndTheNextOneTakesOver() throws Exception {
        try (Container sandbox = container(UID, 0, "").start("until:/never");
                Container app =
                        container(UID, 1, "app")
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
                tell(first, pod(UID, NO_SECRET, Map.of("app", NO_SECRET)));
                work.file("root/one", "");
                work.await("root/done1");
                assertThat(blocked(first)).isEqualTo(1);
            }
            List<String> programs = Container.run(Binding.NONE, List.of("programs")).lines();
            work.file("root/two", "");
            work.await("root/done2");
            // No agent is there to ask: what the pod's strictest rules say.
            try (Container late = container(UID, 2, "late").start("read:/secret", "read:/free")) {
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
