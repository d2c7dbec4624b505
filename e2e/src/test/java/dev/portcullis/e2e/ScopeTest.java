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
import dev.portcullis.event.v1alpha1.Event;
import dev.portcullis.policy.ruleset.RuleSet;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicReference;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/** Who is judged by what: scopes beside each other and the host, rules that change meanwhile. */
@KernelTest
class ScopeTest {
    @RegisterExtension static final Agent AGENT = new Agent();

    private static final String RULE = "spec.file.rules[0]";

    private final Workspace work = Workspace.create();
    private final Path a = work.file("a", "");
    private final Path b = work.file("b", "");

    @Test
    void hostAndOtherContainersAreUntouched() throws Exception {
        Scope first = AGENT.scope(Policies.blocking(a));
        Scope second = AGENT.scope(Policies.blocking(b));
        String[] operations = {
            "waitfile:" + work.path("go"),
            "read:" + a,
            "read:" + b,
            "exec:%s,read:%s".formatted(Workspace.ATTEMPT, a)
        };
        try (Container one = Container.start(AGENT.binding(first), List.of(operations));
                Container two = Container.start(AGENT.binding(second), List.of(operations));
                Container free = Container.start(Binding.NONE, List.of(operations))) {
            work.file("go", "");
            assertThat(one.await().answers())
                    .containsExactly("ok", "EACCES", "ok", "EACCES", "exited 0");
            assertThat(two.await().answers())
                    .containsExactly("ok", "ok", "EACCES", "ok", "exited 0");
            assertThat(free.await().answers()).containsExactly("ok", "ok", "ok", "ok", "exited 0");
        }
        assertThat(onHost("read:" + a, "read:" + b)).containsExactly("ok", "ok");
        assertThat(AGENT.count(first, RULE).blocked()).isEqualTo(2);
        assertThat(AGENT.count(second, RULE).blocked()).isEqualTo(1);
        assertThat(AGENT.events().await(first.name(), 2)).hasSize(2);
        assertThat(AGENT.events().await(second.name(), 1)).hasSize(1);
    }

    /** Operations in the host's own namespaces. */
    private static List<String> onHost(String... operations) throws Exception {
        Process process = new ProcessBuilder(command(operations)).redirectErrorStream(true).start();
        String output = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
        assertThat(process.waitFor(60, TimeUnit.SECONDS)).isTrue();
        return new Container.Result(process.exitValue(), output.lines().toList()).answers();
    }

    private static List<String> command(String... operations) {
        List<String> command = new ArrayList<>(List.of(Workspace.ATTEMPT.toString()));
        command.addAll(List.of(operations));
        return command;
    }

    /** A task of the host's that made its own namespaces belongs to nobody, whatever it runs. */
    @Test
    void namespacesThatNobodyBoundAreTheHosts() throws Exception {
        AGENT.scope(Policies.blocking(a));
        assertThat(
                        onHost(
                                "unshare:mnt+pid",
                                "exec:%s,read:%s".formatted(Workspace.ATTEMPT, a),
                                "read:" + a))
                .containsExactly("ok", "ok", "exited 0", "ok");
    }

    @Test
    void containerThatIsBoundWhileItRunsIsJudgedFromItsNextExecOn() throws Exception {
        Scope scope = AGENT.scope(Policies.blocking(a));
        AtomicReference<int[]> namespaces = new AtomicReference<>(new int[2]);
        List<String> operations =
                List.of(
                        "read:" + a,
                        "create:" + work.path("started"),
                        "waitfile:" + work.path("bound"),
                        "read:" + a,
                        "become:" + Workspace.ATTEMPT,
                        "read:" + a);
        try (Container container = Container.start(Container.noting(namespaces), operations)) {
            // Its own first exec must be over, or that one would join the scope.
            work.await("started");
            int[] numbers = namespaces.get();
            AGENT.enforcer().bind(scope, numbers[0], numbers[1]);
            try {
                work.file("bound", "");
                assertThat(container.await().answers())
                        .containsExactly("ok", "ok", "ok", "ok", "EACCES");
            } finally {
                // The kernel gives the same numbers to the next container.
                AGENT.enforcer().unbind(numbers[0], numbers[1]);
            }
        }
    }

    @Test
    @Suite(Suite.BYPASS)
    void scopeKeepsItsTasksWhenItsNamespacesAreForgotten() {
        Scope scope = AGENT.scope(Policies.blocking(a));
        AtomicReference<int[]> namespaces = new AtomicReference<>(new int[2]);
        Binding binding =
                (mount, pid) -> {
                    namespaces.set(new int[] {mount, pid});
                    AGENT.enforcer().bind(scope, mount, pid);
                    return () -> {};
                };
        List<String> operations =
                List.of(
                        "read:" + a,
                        "waitfile:" + work.path("unbound"),
                        "read:" + a,
                        "exec:%s,read:%s".formatted(Workspace.ATTEMPT, a));
        try (Container container = Container.start(binding, operations)) {
            // An event says that its first exec is over.
            AGENT.events().await(scope.name(), 1);
            int[] numbers = namespaces.get();
            AGENT.enforcer().unbind(numbers[0], numbers[1]);
            work.file("unbound", "");
            assertThat(container.await().answers())
                    .containsExactly("EACCES", "ok", "EACCES", "EACCES", "exited 0");
        }
        assertThat(AGENT.count(scope, RULE).blocked()).isEqualTo(3);
    }

    @Test
    @Suite(Suite.BYPASS)
    void replacingRulesUnderLoadLeavesNoGap() throws Exception {
        RuleSet onlyA = Policies.blocking(a);
        RuleSet both = Policies.blocking(a, b);
        Scope scope = AGENT.scope(onlyA);
        String hammer = "hammer:%s,%s,%s".formatted(work.path("stop"), a, b);
        try (Container container = Container.start(AGENT.binding(scope), List.of(hammer))) {
            AGENT.events().await(scope.name(), 1);
            for (int i = 0; i < 100; i++) {
                AGENT.enforcer().replace(scope, both);
                Thread.sleep(2);
                AGENT.enforcer().replace(scope, onlyA);
                Thread.sleep(2);
            }
            work.file("stop", "");
            Container.Result result = container.await();
            Tally first = Tally.of(result.lines().get(0));
            Tally second = Tally.of(result.lines().get(1));
            assertThat(first.refused()).isPositive();
            assertThat(first.opened()).as("never allowed: " + result).isZero();
            assertThat(first.failed() + second.failed()).isZero();
            assertThat(second.opened()).as("seen under the one: " + result).isPositive();
            assertThat(second.refused()).as("seen under the other: " + result).isPositive();
        }
        assertThat(AGENT.enforcer().eventsFailed()).isZero();
    }

    @Test
    void eventsSayWhichRuleSetJudged() {
        RuleSet onlyA = Policies.blocking(a);
        RuleSet both = Policies.blocking(a, b);
        Scope scope = AGENT.scope(onlyA);
        List<String> operations =
                List.of("read:" + a, "waitfile:" + work.path("replaced"), "read:" + b);
        try (Container container = Container.start(AGENT.binding(scope), operations)) {
            AGENT.events().await(scope.name(), 1);
            AGENT.enforcer().replace(scope, both);
            work.file("replaced", "");
            assertThat(container.await().answers()).containsExactly("EACCES", "ok", "EACCES");
        }
        assertThat(AGENT.events().await(scope.name(), 2))
                .extracting(Event::getRuleSet)
                .containsExactly(onlyA.id(), both.id());
    }

    @Test
    void countsAreExactUnderFourThreads() {
        Scope scope = AGENT.scope(Policies.blocking(a));
        long before = AGENT.count(scope, RULE).blocked();
        Container.Result result =
                Container.run(AGENT.binding(scope), List.of("threads:4,500,%s".formatted(a)));
        assertThat(Tally.of(result.lines().getFirst())).isEqualTo(new Tally(0, 2000, 0));
        assertThat(AGENT.count(scope, RULE).blocked() - before).isEqualTo(2000);
    }

    @Test
    void secondAgentIsRefusedAndHarmsNothing() {
        EnforcerOptions same =
                new EnforcerOptions(
                        EnforcerOptions.DEFAULT_PIN_FOLDER, Coverage.BOUND, event -> {});
        assertThatThrownBy(() -> Enforcer.start(same))
                .isInstanceOf(EnforcerException.class)
                .hasMessageContaining("another agent is enforcing");
        assertThatThrownBy(() -> Enforcer.unload(EnforcerOptions.DEFAULT_PIN_FOLDER))
                .isInstanceOf(EnforcerException.class)
                .hasMessageContaining("another agent is enforcing");
        Scope scope = AGENT.scope(Policies.blocking(a));
        assertThat(Container.run(AGENT.binding(scope), List.of("read:" + a)).answers())
                .containsExactly("EACCES");
    }

    /** After all that: nothing ran out of anything. */
    @Test
    void programsMeetNoLimitOfTheirOwn() {
        Container.run(
                AGENT.binding(AGENT.scope(Policies.blocking(a))),
                List.of("threads:8,200,%s".formatted(b)));
        assertThat(AGENT.enforcer().statistics())
                .containsEntry(Statistic.SCRATCH_EXHAUSTED, 0L)
                .containsEntry(Statistic.PATH_RACED, 0L)
                .containsEntry(Statistic.STATE_FAILED, 0L)
                .containsEntry(Statistic.SUBJECTS_FULL, 0L);
    }

    /** How many opens ended how. */
    record Tally(long opened, long refused, long failed) {
        private static final Pattern TEXT =
                Pattern.compile("(\\d+) opened, (\\d+) refused, (\\d+) failed");

        static Tally of(String line) {
            Matcher matcher = TEXT.matcher(line);
            assertThat(matcher.find()).as(line).isTrue();
            return new Tally(
                    Long.parseLong(matcher.group(1)),
                    Long.parseLong(matcher.group(2)),
                    Long.parseLong(matcher.group(3)));
        }
    }
}
