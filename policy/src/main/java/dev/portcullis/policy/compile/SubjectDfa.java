// SPDX-License-Identifier: Apache-2.0
package dev.portcullis.policy.compile;

import dev.portcullis.policy.InvalidPolicyException;
import dev.portcullis.policy.PolicyTooComplexException;
import dev.portcullis.policy.automaton.AutomatonBudget;
import dev.portcullis.policy.automaton.AutomatonTooLargeException;
import dev.portcullis.policy.automaton.Determinizer;
import dev.portcullis.policy.automaton.Dfa;
import dev.portcullis.policy.automaton.Minimizer;
import dev.portcullis.policy.ruleset.RuleInfo;
import dev.portcullis.policy.ruleset.Starts;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.IntStream;

/**
 * Which conditions a subject meets, by its path.
 *
 * @param dfa minimal; its labels are numbers in {@code met}
 * @param met the conditions that a subject can meet at once, ascending; the first meets none
 */
record SubjectDfa(Dfa dfa, List<List<Integer>> met) {
    private static final int NAMED = 3;

    /**
     * Compiles what rules say of subjects.
     *
     * @throws PolicyTooComplexException if they tell too many subjects apart
     */
    static SubjectDfa of(Subjects subjects, AutomatonBudget budget)
            throws AutomatonTooLargeException, InvalidPolicyException, PolicyTooComplexException {
        Map<List<Integer>, Integer> numbers = new HashMap<>();
        List<List<Integer>> met = new ArrayList<>();
        met.add(List.of());
        numbers.put(List.of(), 0);
        Dfa dfa;
        try {
            dfa =
                    Determinizer.run(
                            subjects.nfa(),
                            conditions -> {
                                List<Integer> all = Arrays.stream(conditions).boxed().toList();
                                Integer known = numbers.putIfAbsent(all, met.size());
                                if (known == null) {
                                    met.add(all);
                                    return met.size() - 1;
                                }
                                return known;
                            },
                            budget);
        } catch (AutomatonTooLargeException e) {
            throw e.retagged(condition -> subjects.ruleWith(condition).index());
        }
        // One more class can be that of the subjects that are not known.
        if (met.size() >= Starts.MAX_CLASSES) {
            throw new PolicyTooComplexException(
                    "from and exceptFrom tell %d classes of subjects apart, at most %d"
                            .formatted(met.size(), Starts.MAX_CLASSES - 1),
                    mostDividing(subjects, met));
        }
        return new SubjectDfa(Minimizer.run(dfa), met);
    }

    /** The rules without whose condition the most classes would be the same as others. */
    private static List<RuleInfo> mostDividing(Subjects subjects, List<List<Integer>> met) {
        int[] divided = new int[subjects.count()];
        Set<List<Integer>> all = Set.copyOf(met);
        for (List<Integer> conditions : met) {
            for (int condition : conditions) {
                List<Integer> rest = conditions.stream().filter(one -> one != condition).toList();
                divided[condition] += all.contains(rest) ? 1 : 0;
            }
        }
        return IntStream.range(0, divided.length)
                .boxed()
                .sorted(Comparator.comparingInt(condition -> -divided[condition]))
                .limit(NAMED)
                .map(condition -> subjects.ruleWith(condition).info())
                .toList();
    }
}
