// SPDX-License-Identifier: Apache-2.0
package dev.portcullis.policy.compile;

import dev.portcullis.policy.PolicyTooComplexException;
import dev.portcullis.policy.ruleset.Lane;
import dev.portcullis.policy.ruleset.QuestionKind;
import dev.portcullis.policy.ruleset.RuleInfo;
import dev.portcullis.policy.ruleset.RuleSet;
import dev.portcullis.policy.ruleset.Starts;
import java.util.Arrays;
import java.util.List;
import java.util.stream.IntStream;

/** Makes a rule set of an automaton. */
final class Layout {
    private Layout() {}

    static RuleSet of(Finished finished, Questions questions, List<RuleInfo> rules, int maxCells)
            throws PolicyTooComplexException {
        Table table = new Table(finished);
        int[] cells = table.cells();
        if (cells.length > maxCells) {
            throw new PolicyTooComplexException(
                    "%d states in %d cells, at most %d"
                            .formatted(finished.dfa().states(), cells.length, maxCells),
                    List.of());
        }
        int[] at =
                Arrays.stream(finished.startOf())
                        .map(state -> state < 0 ? RuleSet.NO_START : table.cellOf(state))
                        .toArray();
        Starts starts = starts(at, finished, questions);
        String id = ContentId.of(cells, table.classes(), starts, rules);
        return new RuleSet(id, cells, table.classes(), starts, rules);
    }

    /** The start of the subject's path comes last. */
    private static Starts starts(int[] at, Finished finished, Questions questions) {
        IntStream.Builder unresolved = IntStream.builder();
        for (int subject : finished.classes().subjectOf()) {
            Applicant applicant = finished.askers().all().get(Askers.index(subject, false));
            for (QuestionKind kind : QuestionKind.values()) {
                for (Lane lane : Lane.values()) {
                    unresolved.add(questions.unresolved(kind, lane, applicant).verdict());
                }
            }
        }
        return new Starts(
                at[at.length - 1],
                finished.classes().unknown(),
                Arrays.copyOf(at, at.length - 1),
                unresolved.build().toArray());
    }
}
