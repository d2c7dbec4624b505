// SPDX-License-Identifier: Apache-2.0
package dev.portcullis.policy.compile;

import dev.portcullis.policy.InvalidPolicyException;
import dev.portcullis.policy.automaton.AutomatonBudget;
import dev.portcullis.policy.automaton.AutomatonTooLargeException;
import dev.portcullis.policy.automaton.Determinizer;
import dev.portcullis.policy.ruleset.QuestionKind;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;

/**
 * Which patterns of a domain can match one operation at once. All that its section can decide is
 * decided on one of these sets, so a question about every operation becomes one about a few sets.
 * What a rule leaves out by {@code except} none of its patterns matches.
 *
 * @param kinds the kinds of question that are answered one by one
 * @param patterns in the order written
 * @param sets each set of patterns that some possible operation is matched by, as ascending indices
 *     in {@code patterns}; none is empty
 */
public record Overlaps(List<QuestionKind> kinds, List<Pattern> patterns, List<List<Integer>> sets) {
    public Overlaps {
        kinds = List.copyOf(kinds);
        patterns = List.copyOf(patterns);
        sets = List.copyOf(sets);
    }

    /**
     * One path, capability or operation of a rule, or all that a network rule says.
     *
     * @param rule the rule's index
     * @param text the path; empty where it is none
     * @param field where it stands, such as {@code spec.file.rules[0].paths[1]}
     */
    public record Pattern(int rule, String text, String field) {}

    static Overlaps of(Domain domain, Entries entries, AutomatonBudget budget)
            throws AutomatonTooLargeException, InvalidPolicyException {
        PatternNfa nfa = PatternNfa.of(domain, entries.of(domain));
        Set<List<Integer>> sets = new LinkedHashSet<>();
        try {
            Determinizer.run(
                    nfa.nfa(),
                    tags -> {
                        List<Integer> matching = nfa.matching(tags);
                        if (!matching.isEmpty()) {
                            sets.add(matching);
                        }
                        return 0;
                    },
                    budget);
        } catch (AutomatonTooLargeException e) {
            throw e.retagged(nfa::ruleOf);
        }
        // Asking for both is asking for one and for the other.
        List<QuestionKind> kinds =
                domain.kinds().stream().filter(kind -> kind != QuestionKind.READ_WRITE).toList();
        return new Overlaps(kinds, nfa.patterns(), List.copyOf(sets));
    }
}
