// SPDX-License-Identifier: Apache-2.0
package dev.portcullis.policy.compile;

import dev.portcullis.policy.PolicyTooComplexException;
import dev.portcullis.policy.automaton.Dfa;
import dev.portcullis.policy.ruleset.Lane;
import dev.portcullis.policy.ruleset.QuestionKind;
import dev.portcullis.policy.ruleset.RuleInfo;
import dev.portcullis.policy.ruleset.RuleSet;
import java.util.List;

/** Writes an automaton into the cells that {@link RuleSet} describes. */
final class Layout {
    private Layout() {}

    static RuleSet of(JointDfa joint, Questions questions, List<RuleInfo> rules, int maxCells)
            throws PolicyTooComplexException {
        Dfa dfa = joint.dfa();
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
                        joint.verdicts().get(dfa.label()[state], lane.ordinal());
            }
            for (int c = 0; c < dfa.classes(); c++) {
                cells[row + RuleSet.ROW_HEAD + c] =
                        row(dfa.next()[state * dfa.classes() + c], rowCells);
            }
        }
        int[] starts = new int[QuestionKind.values().length];
        int[] unresolved = new int[starts.length * Lane.values().length];
        for (QuestionKind kind : QuestionKind.values()) {
            int start = joint.startOf()[kind.ordinal()];
            starts[kind.ordinal()] = start < 0 ? RuleSet.NO_START : row(start, rowCells);
            for (Lane lane : Lane.values()) {
                unresolved[kind.ordinal() * Lane.values().length + lane.ordinal()] =
                        questions.unresolved(kind, lane).verdict();
            }
        }
        String id = ContentId.of(cells, dfa.classes(), starts, unresolved, rules);
        return new RuleSet(id, cells, dfa.classes(), starts, unresolved, rules);
    }

    private static int row(int state, int rowCells) {
        return RuleSet.CLASS_CELLS + state * rowCells;
    }
}
