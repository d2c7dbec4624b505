// SPDX-License-Identifier: Apache-2.0
package dev.portcullis.policy.oracle;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.fail;

import dev.portcullis.api.v1alpha1.Policy;
import dev.portcullis.policy.PolicyException;
import dev.portcullis.policy.SourcedPolicy;
import dev.portcullis.policy.compile.RuleSetCompiler;
import dev.portcullis.policy.parse.PolicyParser;
import dev.portcullis.policy.ruleset.Cell;
import dev.portcullis.policy.ruleset.Lane;
import dev.portcullis.policy.ruleset.QuestionKind;
import dev.portcullis.policy.ruleset.RuleSet;
import dev.portcullis.policy.ruleset.Verdict;
import dk.brics.automaton.Automaton;
import dk.brics.automaton.State;
import dk.brics.automaton.Transition;
import java.nio.charset.StandardCharsets;
import java.util.ArrayDeque;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import org.junit.jupiter.api.Test;

/**
 * A second opinion on path patterns: the language of a compiled pattern is the one that another
 * automaton library makes of it, equal for all paths and not for those that somebody thought of.
 */
class BricsTest {
    private static final int POLICY_SETS = 100;
    private static final Automaton WITHOUT_NUL = Automaton.makeCharRange('\1', 'ÿ').repeat();
    private static final long SEED = Long.getLong("portcullis.seed", System.nanoTime());

    @Test
    void theLanguageOfAPatternIsTheSame() throws PolicyException {
        Set<String> patterns = new TreeSet<>();
        for (int set = 0; set < POLICY_SETS; set++) {
            for (Policy policy : new RandomCases(SEED + set).policies()) {
                policy.spec().process().rules().forEach(rule -> patterns.addAll(rule.paths()));
            }
        }
        for (String pattern : patterns) {
            Automaton compiled = language(compile(pattern));
            Automaton expected = BricsGlob.of(pattern).intersection(WITHOUT_NUL);
            if (!compiled.equals(expected)) {
                String example =
                        compiled.minus(expected)
                                .union(expected.minus(compiled))
                                .getShortestExample(true);
                fail(
                        "seed %d, %s: one matches %s and the other does not",
                        SEED,
                        pattern,
                        new String(
                                example.getBytes(StandardCharsets.ISO_8859_1),
                                StandardCharsets.UTF_8));
            }
        }
        assertThat(patterns).hasSizeGreaterThan(100);
    }

    private static RuleSet compile(String pattern) throws PolicyException {
        String yaml =
                """
                apiVersion: portcullis.dev/v1alpha1
                kind: SecurityPolicy
                metadata: {name: p}
                spec: {process: {rules: [{action: Block, paths: ['%s']}]}}
                """
                        .formatted(pattern);
        List<SourcedPolicy> policies =
                PolicyParser.parse("p.yaml", yaml.getBytes(StandardCharsets.UTF_8));
        return new RuleSetCompiler().compile(policies);
    }

    /**
     * What a rule set refuses to execute, a character a byte, found by walking it. No path has a
     * NUL.
     */
    private static Automaton language(RuleSet rules) {
        Map<Integer, State> states = new HashMap<>();
        ArrayDeque<Integer> queue = new ArrayDeque<>();
        int[] cells = rules.cells();
        int start = rules.start(QuestionKind.EXEC);
        Automaton automaton = new Automaton();
        if (start == RuleSet.NO_START) {
            return automaton;
        }
        automaton.setInitialState(states.computeIfAbsent(start, _ -> new State()));
        queue.add(start);
        while (!queue.isEmpty()) {
            int cell = queue.remove();
            State state = states.get(cell);
            int verdicts = Cell.follow(cells, cell, Cell.END);
            state.setAccept(Verdict.refuses(cells[verdicts + Lane.ENFORCE.ordinal()]));
            for (int value = 1; value < 256; value++) {
                int next = Cell.follow(cells, cell, Cell.columnOf(cells, (byte) value));
                State known = states.get(next);
                if (known == null) {
                    known = new State();
                    states.put(next, known);
                    queue.add(next);
                }
                state.addTransition(new Transition((char) value, known));
            }
        }
        automaton.setDeterministic(true);
        automaton.minimize();
        return automaton;
    }
}
