// SPDX-License-Identifier: Apache-2.0
package dev.portcullis.policy.oracle;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.fail;

import dev.portcullis.api.v1alpha1.Action;
import dev.portcullis.api.v1alpha1.Policy;
import dev.portcullis.policy.PolicyException;
import dev.portcullis.policy.SourcedPolicy;
import dev.portcullis.policy.compile.RuleSetCompiler;
import dev.portcullis.policy.oracle.Oracle.Answer;
import dev.portcullis.policy.oracle.Oracle.Operation;
import dev.portcullis.policy.ruleset.Asker;
import dev.portcullis.policy.ruleset.EgressQuestion;
import dev.portcullis.policy.ruleset.Lane;
import dev.portcullis.policy.ruleset.NumberQuestion;
import dev.portcullis.policy.ruleset.QuestionKind;
import dev.portcullis.policy.ruleset.RuleInfo;
import dev.portcullis.policy.ruleset.RuleSet;
import dev.portcullis.policy.ruleset.Verdict;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import org.junit.jupiter.api.Test;

class OracleTest {
    private static final int POLICY_SETS = 500;
    private static final int OPERATIONS = 100;
    private static final int LEAST_CASES = 100_000;
    private static final double LEAST_REFUSED = 0.3;

    /** A fresh seed each run finds more over time; a failure prints what repeats it. */
    private static final long SEED = Long.getLong("portcullis.seed", System.nanoTime());

    @Test
    void everyVerdictIsTheOneThatReadingTheRulesGives() throws PolicyException {
        System.out.println("seed " + SEED + " (repeat with -Dportcullis.seed=" + SEED + ")");
        int cases = 0;
        int refused = 0;
        Map<String, Integer> decided = new TreeMap<>();
        Set<String> tiers = new TreeSet<>();
        for (int set = 0; set < POLICY_SETS; set++) {
            RandomCases world = new RandomCases(SEED + set);
            List<Policy> policies = world.policies();
            RuleSet rules =
                    new RuleSetCompiler()
                            .compile(policies.stream().map(SourcedPolicy::of).toList());
            Oracle oracle = new Oracle(policies);
            for (int i = 0; i < OPERATIONS; i++) {
                Operation operation = world.operation();
                for (Lane lane : Lane.values()) {
                    Answer expected = oracle.ask(operation, lane);
                    int verdict =
                            rules.judge(
                                    operation.kind(),
                                    lane,
                                    question(operation),
                                    asker(operation, rules));
                    // Only a failure needs the long description, and there are many cases.
                    if (!answer(verdict, rules).equals(expected)) {
                        fail(
                                "seed %d, set %d, %s %s of %s: %s, expected %s, by %s",
                                SEED,
                                set,
                                lane,
                                operation,
                                new String(operation.path(), StandardCharsets.UTF_8),
                                answer(verdict, rules),
                                expected,
                                policies);
                    }
                    cases++;
                    refused += Verdict.refuses(verdict) ? 1 : 0;
                    decided.merge(operation.kind() + " " + expected.action(), 1, Integer::sum);
                    tiers.add(tier(expected));
                }
            }
        }
        System.out.println(cases + " cases, " + refused + " refused");
        assertThat(cases).isGreaterThanOrEqualTo(LEAST_CASES);
        assertThat((double) refused / cases).isGreaterThanOrEqualTo(LEAST_REFUSED);
        assertThat(tiers).containsExactlyInAnyOrder("nobody", "cluster", "namespace");
        for (QuestionKind kind : QuestionKind.values()) {
            for (Action action : Action.values()) {
                if (kind == QuestionKind.MAP && action == Action.AUDIT) {
                    continue; // only what refuses a program speaks of mapping it
                }
                assertThat(decided.getOrDefault(kind + " " + action, 0))
                        .as("%s %s of %s", kind, action, decided)
                        .isGreaterThan(20);
            }
        }
    }

    /** What the grammar has, the patterns of the cases have. */
    @Test
    void everyConstructOfPatternsAndRulesIsTried() {
        StringBuilder patterns = new StringBuilder();
        Set<String> rules = new TreeSet<>();
        for (int set = 0; set < POLICY_SETS; set++) {
            for (Policy policy : new RandomCases(SEED + set).policies()) {
                policy.spec()
                        .process()
                        .rules()
                        .forEach(rule -> {
                            rule.paths().forEach(path -> patterns.append(path).append('\n'));
                            rules.add("unlessOwner " + rule.unlessOwner());
                        });
                policy.spec()
                        .network()
                        .rules()
                        .forEach(rule -> {
                            rules.add(rule.direction().text());
                            rule.protocols().forEach(protocol -> rules.add(protocol.text()));
                            rule.peers().forEach(peer -> rules.add(peer.text()));
                            rules.add("except " + rule.except().isEmpty());
                            rules.add("from " + rule.from().isEmpty());
                            rules.add("exceptFrom " + rule.exceptFrom().isEmpty());
                        });
            }
        }
        assertThat(patterns)
                .contains("/**/", "/**\n", "*", "?", "[ab]", "[!a]", "[^b-x]", "{a,b}", "{,a}")
                .contains("\\*", "memfd:", "anon:", "bin/\n", "é");
        assertThat(rules)
                .contains("TCP", "UDP", "SCTP", "ICMP", "Raw", "Packet", "Unix", "Netlink")
                .contains("Egress", "Listen", "Loopback")
                .contains("unlessOwner true", "except false", "from false", "exceptFrom false");
    }

    @Test
    void theOrderOfPoliciesDoesNotMatter() throws PolicyException {
        for (int set = 0; set < 100; set++) {
            List<SourcedPolicy> policies =
                    new ArrayList<>(
                            new RandomCases(SEED + set)
                                    .policies().stream().map(SourcedPolicy::of).toList());
            RuleSet one = new RuleSetCompiler().compile(policies);
            Collections.shuffle(policies, new Random(SEED));
            RuleSet other = new RuleSetCompiler().compile(policies);
            assertThat(other.id()).as("seed %d, set %d", SEED, set).isEqualTo(one.id());
            assertThat(other.cells()).isEqualTo(one.cells());
            assertThat(other.starts().states()).isEqualTo(one.starts().states());
            assertThat(other.rules()).isEqualTo(one.rules());
        }
    }

    static byte[] question(Operation operation) {
        return switch (operation.kind()) {
            case EXEC, MAP, READ, WRITE, READ_WRITE -> operation.path();
            case EGRESS, LISTEN ->
                    EgressQuestion.of(operation.protocol(), operation.peer(), operation.port());
            case SOCKET, CAPABILITY, OPERATION -> NumberQuestion.bytes(operation.number());
        };
    }

    private static Asker asker(Operation operation, RuleSet rules) {
        byte[] subject = operation.subject();
        int subjectClass = subject == null ? rules.starts().unknown() : rules.subjectClass(subject);
        return new Asker(subjectClass, operation.owner());
    }

    private static String tier(Answer answer) {
        return answer.by().isEmpty()
                ? "nobody"
                : answer.by().startsWith("/") ? "cluster" : "namespace";
    }

    private static Answer answer(int verdict, RuleSet rules) {
        if (verdict == Verdict.ALLOW) {
            return new Answer(Action.ALLOW, "");
        }
        RuleInfo rule = rules.rules().get(Verdict.rule(verdict));
        return new Answer(
                Verdict.kills(verdict)
                        ? Action.KILL
                        : Verdict.refuses(verdict) ? Action.BLOCK : Action.AUDIT,
                rule.namespace() + "/" + rule.policy() + " " + rule.field());
    }
}
