// SPDX-License-Identifier: Apache-2.0
package dev.portcullis.policy.compile;

import dev.portcullis.policy.PolicyTooComplexException;
import dev.portcullis.policy.automaton.Dfa;
import dev.portcullis.policy.ruleset.Lane;
import dev.portcullis.policy.ruleset.QuestionKind;
import dev.portcullis.policy.ruleset.RuleInfo;
import dev.portcullis.policy.ruleset.RuleSet;
import dev.portcullis.policy.ruleset.Starts;
import java.util.Arrays;
import java.util.List;
import java.util.stream.IntStream;

/** Writes an automaton into the cells that {@link RuleSet} describes. */
final class Layout {
    private Layout() {}

    static RuleSet of(
            Finished finished,
            Askers askers,
            Questions questions,
            List<RuleInfo> rules,
            int maxCells)
            throws PolicyTooComplexException {
        Dfa dfa = finished.dfa();
        int rowCells = RuleSet.ROW_HEAD + dfa.classes();
        long size = RuleSet.CLASS_CELLS + (long) dfa.states() * rowCells;
        if (size > maxCells) {
            throw new PolicyTooComplexException(
                    "%d states of %d cells, %d in all, at most %d"
                            .formatted(dfa.states(), rowCells, size, maxCells),
                    List.of());
        }
        int[] cells = new int[(int) size];
        for (int value = 0; value < 256; value++) {
            cells[value / 4] |= dfa.classOf()[value] << 8 * (value % 4);
        }
        for (int state = 0; state < dfa.states(); state++) {
            int row = row(state, rowCells);
            for (Lane lane : Lane.values()) {
                cells[row + lane.ordinal()] =
                        finished.verdicts().get(dfa.label()[state], lane.ordinal());
            }
            for (int c = 0; c < dfa.classes(); c++) {
                cells[row + RuleSet.ROW_HEAD + c] =
                        row(dfa.next()[state * dfa.classes() + c], rowCells);
            }
        }
        Starts starts =
                starts(
                        Arrays.stream(finished.startOf())
                                .map(state -> state < 0 ? RuleSet.NO_START : row(state, rowCells))
                                .toArray(),
                        finished.classes(),
                        askers,
                        questions);
        String id = ContentId.of(cells, dfa.classes(), starts, rules);
        return new RuleSet(id, cells, dfa.classes(), starts, rules);
    }

    /** The start of the subject's path comes last. */
    private static Starts starts(int[] rows, Classes classes, Askers askers, Questions questions) {
        IntStream.Builder unresolved = IntStream.builder();
        for (int subject : classes.subjectOf()) {
            Applicant applicant = askers.all().get(Askers.index(subject, false));
            for (QuestionKind kind : QuestionKind.values()) {
                for (Lane lane : Lane.values()) {
                    unresolved.add(questions.unresolved(kind, lane, applicant).verdict());
                }
            }
        }
        return new Starts(
                rows[rows.length - 1],
                classes.unknown(),
                Arrays.copyOf(rows, rows.length - 1),
                unresolved.build().toArray());
    }

    private static int row(int state, int rowCells) {
        return RuleSet.CLASS_CELLS + state * rowCells;
    }
}
