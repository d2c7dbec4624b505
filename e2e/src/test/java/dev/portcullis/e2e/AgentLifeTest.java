// SPDX-License-Identifier: Apache-2.0
package dev.portcullis.e2e;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.portcullis.cli.ContainerProcess.Binding;
import dev.portcullis.enforcer.Enforcer;
import dev.portcullis.enforcer.EnforcerOptions;
import dev.portcullis.enforcer.Scope;
import dev.portcullis.enforcer.kernel.Coverage;
import dev.portcullis.enforcer.kernel.EnforcerException;
import dev.portcullis.enforcer.kernel.RuleCount;
import dev.portcullis.enforcer.layout.Statistic;
import dev.portcullis.policy.ruleset.RuleSet;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicReference;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Order;
import org.junit.jupiter.api.Test;

/** What stays in the kernel, and for how long: agents that start, end, die and meet each other. */
@KernelTest
@Order(Integer.MAX_VALUE) // behind those that share an agent
class AgentLifeTest {
    private static final Path PINS = EnforcerOptions.DEFAULT_PIN_FOLDER;

    @BeforeAll
    static void endTheSharedAgent() {
        Agent.end();
    }

    private final Workspace work = Workspace.create();
    private final Path secret = work.file("secret", "");
    private final RuleSet rules =
            Policies.enforced(
                    """
                    file:
                      rules:
                      - {action: Block, paths: ["%s"]}
                    """
                            .formatted(secret));

    private static Enforcer start(EventLog events) {
        return Enforcer.start(new EnforcerOptions(PINS, Coverage.BOUND, events));
    }

    private static List<Path> pinned() {
        try (Stream<Path> pins = Files.list(PINS.getParent())) {
            return pins.toList();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** The LSM programs in the kernel and how much the verifier looked at for each. */
    private static List<String> programs() {
        return Container.run(Binding.NONE, List.of("programs")).lines();
    }

    /**
     * A task older than the agent has no storage: it is classified at first touch, without an exec.
     */
    @Test
    void olderTaskIsJudgedAtFirstTouchAndClosingLiftsEverything() throws InterruptedException {
        AtomicReference<int[]> namespaces = new AtomicReference<>(new int[2]);
        // The container looks for files with access(2), which no program judges.
        List<String> operations =
                List.of(
                        "waitfile:" + work.path("bound"),
                        "read:" + secret,
                        "child:1",
                        "read:" + secret,
                        "waitfile:" + work.path("closed"),
                        "read:" + secret,
                        "exec:%s,read:%s".formatted(Workspace.ATTEMPT, secret));
        EventLog events = new EventLog();
        try (Container container = Container.start(Container.noting(namespaces), operations)) {
            Enforcer enforcer = start(events);
            int[] numbers = namespaces.get();
            enforcer.bind(enforcer.addScope("old", rules), numbers[0], numbers[1]);
            work.file("bound", "");
            assertThat(events.await("old", 2)).hasSize(2);
            assertThat(pinned()).containsExactly(PINS);
            enforcer.close();
            enforcer.close(); // twice is once
            enforcer.unbind(numbers[0], numbers[1]); // nothing left to undo
            assertThatThrownBy(() -> enforcer.bind(enforcer.addScope("late", rules), 1, 1))
                    .isInstanceOf(EnforcerException.class)
                    .hasMessageContaining("the agent has ended");
            assertThat(pinned()).isEmpty();
            work.file("closed", "");
            assertThat(container.await().answers())
                    .containsExactly(
                            "ok", "EACCES", "EACCES", "exited 0", "ok", "ok", "ok", "exited 0");
        }
        // The kernel frees programs a moment after the last use of them.
        for (int i = 0; i < 100 && !programs().isEmpty(); i++) {
            Thread.sleep(50);
        }
        assertThat(programs()).isEmpty();
    }

    /** The consumer hangs, the buffer fills up: what is refused stays the same, and is counted. */
    @Test
    @Suite(Suite.BYPASS)
    void fullBufferChangesNoVerdict() throws Exception {
        String name = "n".repeat(250);
        Path deep = work.file((name + "/").repeat(12) + "f", "");
        RuleSet blocking =
                Policies.enforced(
                        """
                        file:
                          rules:
                          - {action: Block, paths: ["%s/**"]}
                        """
                                .formatted(work.folder()));
        CountDownLatch hold = new CountDownLatch(1);
        EventLog events = new EventLog();
        EnforcerOptions options =
                new EnforcerOptions(
                        PINS,
                        Coverage.BOUND,
                        event -> {
                            try {
                                assertThat(hold.await(300, TimeUnit.SECONDS)).isTrue();
                            } catch (InterruptedException e) {
                                Thread.currentThread().interrupt();
                            }
                            events.accept(event);
                        });
        int opens = 2 * 400;
        try (Enforcer enforcer = Enforcer.start(options);
                AutoCloseable release = hold::countDown) { // before the agent waits for its reader
            assertThat(release).isNotNull();
            Scope scope = enforcer.addScope("flood", blocking);
            String flood = "threads:2,%d,%s".formatted(opens / 2, deep);
            Container.Result result = Container.run(Binding.to(enforcer, scope), List.of(flood));
            assertThat(ScopeTest.Tally.of(result.lines().getFirst()))
                    .isEqualTo(new ScopeTest.Tally(0, opens, 0));
            long dropped = enforcer.statistics().get(Statistic.EVENTS_DROPPED);
            assertThat(dropped).isBetween(1L, (long) opens);
            assertThat(enforcer.counts(scope).values().stream().mapToLong(RuleCount::blocked).sum())
                    .isEqualTo(opens);
            hold.countDown();
            assertThat(events.await("flood", opens - dropped)).hasSize((int) (opens - dropped));
            // With room again, the next one is told again.
            Container.run(Binding.to(enforcer, scope), List.of("read:" + deep));
            assertThat(events.await("flood", opens - dropped + 1))
                    .hasSize((int) (opens - dropped + 1));
            assertThat(enforcer.eventsFailed()).isZero();
        }
    }

    @Test
    void deadAgentsEnforcementGoesOnUntilItIsUnloaded() throws InterruptedException {
        Path policy = work.file("policy.yaml", Policies.yaml("Enforce", spec()));
        try (CommandLine agent =
                CommandLine.start(
                        work,
                        "run",
                        "--policy",
                        policy.toString(),
                        "--",
                        Workspace.ATTEMPT.toString(),
                        "read:" + secret,
                        "create:" + work.path("running"),
                        "waitfile:" + work.path("dead"),
                        "read:" + secret,
                        "exec:%s,read:%s".formatted(Workspace.ATTEMPT, secret),
                        "create:" + work.path("tried"),
                        "waitfile:" + work.path("unloaded"),
                        "read:" + secret,
                        "create:" + work.path("over"))) {
            agent.awaitFile(work.path("running"));
            agent.kill();
            work.file("dead", "");
            agent.awaitFile(work.path("tried"));
            assertThat(agent.answers())
                    .containsExactly("EACCES", "ok", "ok", "EACCES", "EACCES", "exited 0", "ok");

            assertThatThrownBy(() -> start(new EventLog()))
                    .isInstanceOf(EnforcerException.class)
                    .hasMessageContaining("left by an agent (PID " + agent.pid() + ")")
                    .hasMessageContaining("`portcullis unload`");
            List<String> stamp = List.of("stamp:%s,99".formatted(PINS.resolve("pin_info")));
            assertThat(Container.run(Binding.NONE, stamp).answers()).containsExactly("ok");
            assertThatThrownBy(() -> start(new EventLog()))
                    .isInstanceOf(EnforcerException.class)
                    .hasMessageContaining("another version (map layout 99")
                    .hasMessageContaining("`portcullis unload`");

            assertThat(Enforcer.unload(PINS)).isTrue();
            assertThat(pinned()).isEmpty();
            work.file("unloaded", "");
            agent.awaitFile(work.path("over"));
            assertThat(agent.answers().subList(7, 10)).containsExactly("ok", "ok", "ok");
            assertThat(Enforcer.unload(PINS)).as("nothing left").isFalse();
        }
    }

    private String spec() {
        return """
        file:
          rules:
          - {action: Block, paths: ["%s"]}
        """
                .formatted(secret);
    }
}
