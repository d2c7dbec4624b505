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
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Order;
import org.junit.jupiter.api.Test;

/** What stays in the kernel, and for how long: agents that start, end, die and meet each other. */
@KernelTest
@Order(Integer.MAX_VALUE) // behind those that share an agent
class AgentLifeTest {
    private static final Path PINS = EnforcerOptions.DEFAULT_PIN_FOLDER;

    /** Files that are opened so often each that their events do not fit into the buffer. */
    private static final int FILES = 4;

    private static final int FLOOD = 100;

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

    /**
     * The consumer hangs, the buffer fills up: what is refused stays the same, and is counted.
     * Reports leave room for refusals, and these for the first word of a rule that was silent.
     */
    @Test
    @Suite(Suite.BYPASS)
    void fullBufferChangesNoVerdict() throws Exception {
        List<Path> reported = deepFiles("reported");
        List<Path> refused = deepFiles("refused");
        Path asked = work.file("asked", "");
        Path quiet = work.file("quiet", "");
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
        try (Enforcer enforcer = Enforcer.start(options);
                AutoCloseable release = hold::countDown) { // before the agent waits for its reader
            assertThat(release).isNotNull();
            Scope scope =
                    enforcer.addScope(
                            "flood",
                            Policies.enforced(
                                    "file:\n  rules:\n"
                                            + rules("Audit", reported)
                                            + rules("Block", refused)
                                            + rules("Block", List.of(asked))
                                            + rules("Audit", List.of(quiet))));
            Binding binding = Binding.to(enforcer, scope);

            open(binding, reported, new ScopeTest.Tally(FLOOD, 0, 0));
            long afterReports = dropped(enforcer);
            assertThat(afterReports).isBetween(1L, (long) FLOOD * FILES - 1);
            Container.run(binding, List.of("read:" + asked, "read:" + asked));
            assertThat(dropped(enforcer)).as("refusals").isEqualTo(afterReports);

            open(binding, refused, new ScopeTest.Tally(0, FLOOD, 0));
            long afterRefusals = dropped(enforcer);
            assertThat(afterRefusals).isGreaterThan(afterReports);
            Container.run(binding, List.of("read:" + quiet));
            assertThat(dropped(enforcer)).as("a first report").isEqualTo(afterRefusals);
            Container.run(binding, List.of("read:" + quiet));
            assertThat(dropped(enforcer)).as("a second one").isEqualTo(afterRefusals + 1);

            long judged = 2 * FLOOD * FILES + 2 + 2;
            assertThat(
                            enforcer.counts(scope).values().stream()
                                    .mapToLong(count -> count.blocked() + count.audited())
                                    .sum())
                    .isEqualTo(judged);
            hold.countDown();
            long told = judged - dropped(enforcer);
            assertThat(events.await("flood", told)).hasSize((int) told);
            // With room again, the next one is told again, and what was not.
            Container.run(binding, List.of("read:" + quiet));
            assertThat(events.await("flood", told + 1)).hasSize((int) told + 1);
            assertThat(events.await("flood", told + 1).getLast().getSuppressed()).isEqualTo(1);
            assertThat(enforcer.eventsFailed()).isZero();
        }
    }

    /** Their events are so long that a few hundred fill the buffer. */
    private List<Path> deepFiles(String top) {
        String deep = top + "/" + ("n".repeat(250) + "/").repeat(12);
        return IntStream.range(0, FILES).mapToObj(i -> work.file(deep + i, "")).toList();
    }

    /** One rule a file. */
    private static String rules(String action, List<Path> files) {
        return files.stream()
                .map(file -> "  - {action: %s, paths: ['%s']}%n".formatted(action, file))
                .collect(Collectors.joining());
    }

    /** Opens each file as often as its events are told at once. */
    private static void open(Binding binding, List<Path> files, ScopeTest.Tally each) {
        List<String> operations =
                files.stream().map(file -> "threads:2,%d,%s".formatted(FLOOD / 2, file)).toList();
        assertThat(Container.run(binding, operations).lines().stream().map(ScopeTest.Tally::of))
                .hasSize(FILES)
                .allMatch(each::equals);
    }

    private static long dropped(Enforcer enforcer) {
        return enforcer.statistics().get(Statistic.EVENTS_DROPPED);
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
            // The file is there before the answer is printed.
            agent.await("answers", () -> agent.answers().size() >= 7);
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
            agent.await("answers", () -> agent.answers().size() >= 10);
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
