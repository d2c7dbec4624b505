// SPDX-License-Identifier: Apache-2.0
package dev.portcullis.e2e;

import static org.assertj.core.api.Assertions.assertThat;

import dev.portcullis.api.v1alpha1.Action;
import dev.portcullis.api.v1alpha1.Policy;
import dev.portcullis.enforcer.Scope;
import dev.portcullis.enforcer.kernel.RuleCount;
import dev.portcullis.policy.PolicyException;
import dev.portcullis.policy.SourcedPolicy;
import dev.portcullis.policy.compile.RuleSetCompiler;
import dev.portcullis.policy.oracle.Oracle;
import dev.portcullis.policy.oracle.Oracle.Answer;
import dev.portcullis.policy.oracle.Oracle.Operation;
import dev.portcullis.policy.oracle.RandomCases;
import dev.portcullis.policy.ruleset.Lane;
import dev.portcullis.policy.ruleset.RuleSet;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/**
 * What the kernel answers is what reading the rules gives, for policies and operations that nobody
 * chose: refusals by their errno, and by the exact counters of all rules what was refused, would
 * have been, and is reported.
 */
@KernelTest
class DifferentialTest {
    @RegisterExtension static final Agent AGENT = new Agent();

    private static final int PAIRS = Integer.getInteger("portcullis.differential.pairs", 5000);
    private static final int OPERATIONS = 250;
    private static final double LEAST_REFUSED = 0.3;
    private static final double AIMED_REFUSED = 0.35;
    private static final int MISMATCHES_TOLD = 5;
    private static final long SEED =
            Long.getLong("portcullis.differential.seed", System.nanoTime());
    private static final Path LOWEST_PORT =
            Path.of("/proc/sys/net/ipv4/ip_unprivileged_port_start");

    private final List<String> mismatches = new ArrayList<>();
    private int pairs;
    private int failed;
    private int refused;

    @Test
    void theKernelAnswersAsReadingTheRulesGives() throws PolicyException, IOException {
        RuleSet nothing = new RuleSetCompiler().compile(List.of());
        Scope scope = AGENT.scope(nothing);
        String lowest = Files.readString(LOWEST_PORT);
        // Else binding to a low port would be a matter of capabilities too.
        Files.writeString(LOWEST_PORT, "0");
        List<BatchContainer> containers = new ArrayList<>();
        try {
            for (String subject : List.of("/usr/bin/a", "/bin/b", "/x/ab", "/ab")) {
                containers.add(
                        new BatchContainer(AGENT.binding(scope), Workspace.create(), subject));
            }
            for (int set = 0; pairs < PAIRS; set++) {
                compare(SEED + set, scope, nothing, containers.get(set % containers.size()));
            }
        } finally {
            containers.forEach(BatchContainer::close);
            Files.writeString(LOWEST_PORT, lowest);
        }
        ClosingLine.write(
                "differential: %d passed, %d failed (%d refused, DIFFERENTIAL_SEED=%d)"
                        .formatted(pairs - failed, failed, refused, SEED));
        assertThat(mismatches).isEmpty();
        assertThat((double) refused / pairs).isGreaterThanOrEqualTo(LEAST_REFUSED);
    }

    private void compare(long seed, Scope scope, RuleSet nothing, BatchContainer container)
            throws PolicyException {
        RandomCases random = new RandomCases(seed);
        List<Policy> policies = random.policies();
        RuleSet rules =
                new RuleSetCompiler().compile(policies.stream().map(SourcedPolicy::of).toList());
        DifferentialWorld world = new DifferentialWorld(seed, container.subject());
        Oracle oracle = new Oracle(policies);
        List<DifferentialCase> cases = new ArrayList<>();
        List<@Nullable Integer> expected = new ArrayList<>();
        Map<String, RuleCount> expectedCounts = new TreeMap<>();
        for (int i = 0; i < OPERATIONS && pairs < PAIRS; i++) {
            DifferentialCase one = world.of(random.operation());
            if (one == null) {
                continue;
            }
            Map<String, RuleCount> itsCounts = new TreeMap<>();
            @Nullable Integer answer = judge(oracle, one, itsCounts);
            // Some policies refuse nothing: what is allowed waits until others have.
            if (answer == null && refused < AIMED_REFUSED * pairs) {
                continue;
            }
            pairs++;
            refused += answer == null ? 0 : 1;
            cases.add(one);
            expected.add(answer);
            itsCounts.forEach((rule, count) -> add(expectedCounts, rule, count));
        }
        if (cases.isEmpty()) {
            return;
        }
        String context =
                "seed %d, as %s, under%n%s"
                        .formatted(seed, container.subject(), PolicyYaml.of(policies));
        assertThat(container.run(world.preparation())).as("the tree, " + context).containsOnly(0);

        AGENT.enforcer().replace(scope, rules);
        List<Integer> answers = container.run(cases.stream().map(DifferentialCase::line).toList());
        Map<String, RuleCount> counts = new TreeMap<>();
        AGENT.enforcer()
                .counts(scope)
                .forEach((rule, count) ->
                        add(
                                counts,
                                rule.namespace() + "/" + rule.policy() + " " + rule.field(),
                                count));
        AGENT.enforcer().replace(scope, nothing);

        int before = failed;
        for (int i = 0; i < cases.size(); i++) {
            @Nullable Integer refusal = expected.get(i);
            int answer = answers.get(i);
            if (refusal == null ? !cases.get(i).isOwn(answer) : answer != refusal) {
                failed++;
                mismatch(
                        "%s: the kernel answers %d, expected %s, %s"
                                .formatted(cases.get(i), answer, refusal, context));
            }
        }
        counts.values().removeIf(new RuleCount(0, 0, 0, 0)::equals);
        if (failed == before && !counts.equals(expectedCounts)) {
            failed++;
            mismatch("counted %s, expected %s, %s".formatted(counts, expectedCounts, context));
        }
    }

    /** The errno of a refusal, as the rules read, or null; counts what the rules did. */
    private static @Nullable Integer judge(
            Oracle oracle, DifferentialCase one, Map<String, RuleCount> counts) {
        for (Operation question : one.questions()) {
            Answer enforce = oracle.ask(question, Lane.ENFORCE);
            Answer audit = oracle.ask(question, Lane.AUDIT);
            if (enforce.action() == Action.KILL) {
                add(counts, enforce.by(), new RuleCount(0, 1, 0, 0));
                return DifferentialCase.KILLED;
            }
            if (enforce.action() == Action.BLOCK) {
                add(counts, enforce.by(), new RuleCount(1, 0, 0, 0));
                return DifferentialCase.refusal(question);
            }
            if (audit.action().compareTo(Action.BLOCK) >= 0) {
                add(counts, audit.by(), new RuleCount(0, 0, 1, 0));
            } else if (audit.action() == Action.AUDIT) {
                add(counts, audit.by(), new RuleCount(0, 0, 0, 1));
            } else if (enforce.action() == Action.AUDIT) {
                add(counts, enforce.by(), new RuleCount(0, 0, 0, 1));
            }
        }
        return null;
    }

    private static void add(Map<String, RuleCount> counts, String rule, RuleCount more) {
        counts.merge(
                rule,
                more,
                (one, other) ->
                        new RuleCount(
                                one.blocked() + other.blocked(),
                                one.killed() + other.killed(),
                                one.wouldBlock() + other.wouldBlock(),
                                one.audited() + other.audited()));
    }

    private void mismatch(String what) {
        if (mismatches.size() < MISMATCHES_TOLD) {
            mismatches.add(what);
        }
    }
}
