// SPDX-License-Identifier: Apache-2.0
package dev.portcullis.policy.compile;

import dev.portcullis.policy.automaton.AutomatonBudget;
import dev.portcullis.policy.automaton.AutomatonTooLargeException;
import dev.portcullis.policy.automaton.Canonical;
import dev.portcullis.policy.automaton.Dfa;
import dev.portcullis.policy.automaton.Minimizer;
import dev.portcullis.policy.automaton.Rows;
import dev.portcullis.policy.ruleset.Lane;
import dev.portcullis.policy.ruleset.QuestionKind;
import dev.portcullis.policy.ruleset.Verdict;
import java.util.Arrays;
import java.util.List;

/**
 * The automata of all kinds of question as one, in canonical form.
 *
 * @param dfa minimal; a label is a number in {@code verdicts}
 * @param startOf start state by kind, or -1 where every answer is Allow
 * @param verdicts the verdict in each lane
 */
@SuppressWarnings("ArrayRecordComponent") // a carrier between two steps of one compilation
record JointDfa(Dfa dfa, int[] startOf, Interned verdicts) {
    static JointDfa of(List<SectionDfa> sections, AutomatonBudget budget)
            throws AutomatonTooLargeException {
        long states = 0;
        for (SectionDfa section : sections) {
            states += (long) section.dfa().states() * section.kinds().size();
        }
        budget.check(states);
        Rows rows = new Rows();
        int[] label = new int[(int) states];
        int[] starts = new int[QuestionKind.values().length];
        Interned verdicts = new Interned();
        for (SectionDfa section : sections) {
            Dfa dfa = section.dfa();
            for (int kind = 0; kind < section.kinds().size(); kind++) {
                int base = rows.states();
                starts[section.kinds().get(kind).ordinal()] = base + dfa.starts()[0];
                for (int state = 0; state < dfa.states(); state++) {
                    label[base + state] = pair(section, kind, dfa.label()[state], verdicts);
                }
                rows.addAll(dfa.rows());
            }
        }
        return canonical(Minimizer.run(new Dfa(rows, label, starts)), verdicts);
    }

    private static int pair(SectionDfa section, int kind, int label, Interned verdicts) {
        int lanes = Lane.values().length;
        int[] pair = new int[lanes];
        Arrays.setAll(pair, lane -> section.verdicts().get(label, kind * lanes + lane));
        return verdicts.number(pair);
    }

    /** Leaves out the kinds that need not be asked, and all that only they reach. */
    private static JointDfa canonical(Dfa dfa, Interned verdicts) {
        int[] asked =
                Arrays.stream(dfa.starts())
                        .filter(start -> !isSilent(dfa, start, verdicts))
                        .toArray();
        Dfa ordered = Canonical.of(new Dfa(dfa.rows(), dfa.label(), asked));
        int[] startOf = new int[dfa.starts().length];
        int position = 0;
        for (int kind = 0; kind < startOf.length; kind++) {
            boolean silent = isSilent(dfa, dfa.starts()[kind], verdicts);
            startOf[kind] = silent ? -1 : ordered.starts()[position++];
        }
        return new JointDfa(ordered, startOf, verdicts);
    }

    /** In a minimal automaton there is one state at most from which every answer is Allow. */
    private static boolean isSilent(Dfa dfa, int state, Interned verdicts) {
        return dfa.isSink(state)
                && Arrays.stream(Lane.values())
                        .allMatch(lane ->
                                verdicts.get(dfa.label()[state], lane.ordinal()) == Verdict.ALLOW);
    }
}
