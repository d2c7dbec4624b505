// SPDX-License-Identifier: Apache-2.0
package dev.portcullis.policy.compile;

import dev.portcullis.policy.PolicyTooComplexException;
import dev.portcullis.policy.ruleset.Lane;
import dev.portcullis.policy.ruleset.QuestionKind;
import dev.portcullis.policy.ruleset.RuleInfo;
import dev.portcullis.policy.ruleset.RuleSet;
import java.util.List;

/** Makes a rule set of an automaton. */
final class Layout {
    private Layout() {}

    static RuleSet of(JointDfa joint, Questions questions, List<RuleInfo> rules, int maxCells)
            throws PolicyTooComplexException {
        Table table = new Table(joint);
        int[] cells = table.cells();
        if (cells.length > maxCells) {
            throw new PolicyTooComplexException(
                    "%d states in %d cells, at most %d"
                            .formatted(joint.dfa().states(), cells.length, maxCells),
                    List.of());
        }
        int[] starts = new int[QuestionKind.values().length];
        int[] unresolved = new int[starts.length * Lane.values().length];
        for (QuestionKind kind : QuestionKind.values()) {
            int start = joint.startOf()[kind.ordinal()];
            starts[kind.ordinal()] = start < 0 ? RuleSet.NO_START : table.cellOf(start);
            for (Lane lane : Lane.values()) {
                unresolved[kind.ordinal() * Lane.values().length + lane.ordinal()] =
                        questions.unresolved(kind, lane).verdict();
            }
        }
        String id = ContentId.of(cells, table.classes(), starts, unresolved, rules);
        return new RuleSet(id, cells, table.classes(), starts, unresolved, rules);
    }
}
