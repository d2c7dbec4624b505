// SPDX-License-Identifier: Apache-2.0
package dev.portcullis.policy.compile;

import dev.portcullis.policy.InvalidPolicyException;
import dev.portcullis.policy.automaton.AutomatonBudget;
import dev.portcullis.policy.automaton.AutomatonTooLargeException;
import dev.portcullis.policy.automaton.Determinizer;
import dev.portcullis.policy.automaton.Nfa;
import java.util.Arrays;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;

/** The sets of conditions that a subject with a real path can meet. */
final class PossibleSubjects {
    private PossibleSubjects() {}

    /** Each set in ascending order. */
    static List<List<Integer>> of(Subjects subjects, AutomatonBudget budget)
            throws AutomatonTooLargeException, InvalidPolicyException {
        Nfa nfa = subjects.nfa();
        int possible = subjects.count();
        nfa.tag(possible);
        Possible.paths(nfa);
        Set<List<Integer>> met = new LinkedHashSet<>();
        try {
            Determinizer.run(
                    nfa,
                    tags -> {
                        int last = tags.length - 1;
                        if (last >= 0 && tags[last] == possible) {
                            met.add(Arrays.stream(tags, 0, last).boxed().toList());
                        }
                        return 0;
                    },
                    budget);
        } catch (AutomatonTooLargeException e) {
            throw e.retagged(tag -> tag == possible ? -1 : subjects.ruleWith(tag).index());
        }
        return List.copyOf(met);
    }
}
