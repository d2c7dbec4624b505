// SPDX-License-Identifier: Apache-2.0
package dev.portcullis.policy.compile;

import dev.portcullis.policy.InvalidPolicyException;
import dev.portcullis.policy.automaton.AutomatonBudget;
import dev.portcullis.policy.automaton.AutomatonTooLargeException;
import java.util.Arrays;
import java.util.List;

/**
 * The real paths of subjects, and what rules tell apart of them.
 *
 * @param paths the automaton that reads them
 * @param met the sets of conditions that a subject can meet, each ascending
 */
public record SubjectPaths(AskedDfa paths, List<List<Integer>> met) {
    static SubjectPaths of(Subjects subjects, AutomatonBudget budget)
            throws AutomatonTooLargeException, InvalidPolicyException {
        PossibleDfa conditions = PossibleDfa.of(subjects, budget);
        return new SubjectPaths(
                conditions.minimal(),
                conditions.accepted().stream()
                        .map(set -> Arrays.stream(set).boxed().toList())
                        .toList());
    }

    /** A subject whose path ends in a state that is possible. */
    public Applicant applicant(int state, boolean owner) {
        return new Applicant(true, met.get(paths.label(state) - 1), owner);
    }
}
