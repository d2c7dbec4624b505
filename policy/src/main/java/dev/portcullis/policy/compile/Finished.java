// SPDX-License-Identifier: Apache-2.0
package dev.portcullis.policy.compile;

import dev.portcullis.policy.automaton.AutomatonBudget;
import dev.portcullis.policy.automaton.AutomatonTooLargeException;
import dev.portcullis.policy.automaton.Canonical;
import dev.portcullis.policy.automaton.Dfa;
import dev.portcullis.policy.ruleset.Lane;
import dev.portcullis.policy.ruleset.QuestionKind;
import dev.portcullis.policy.ruleset.Verdict;
import java.util.Arrays;
import java.util.stream.IntStream;

/**
 * The one automaton of a rule set in canonical form, and where its questions begin.
 *
 * @param dfa minimal; a label is a number in {@code verdicts}
 * @param startOf start state at {@code (class * 2 + owner) * kinds + kind}, and last that of a
 *     subject's path; -1 where every answer is 0
 * @param askers all who can ask
 * @param classes the classes of subjects, which are numbered as askers
 * @param verdicts what a state answers: the verdict in each lane, or twice a class
 */
@SuppressWarnings("ArrayRecordComponent") // a carrier between two steps of one compilation
record Finished(Dfa dfa, int[] startOf, Askers askers, Classes classes, Interned verdicts) {
    static Finished of(JointDfa joint, Askers askers, Classes classes, AutomatonBudget budget)
            throws AutomatonTooLargeException {
        Interned verdicts = joint.verdicts();
        Dfa subjects = classes.dfa();
        int[] label =
                Arrays.stream(subjects.label())
                        .map(number -> verdicts.number(number, number))
                        .toArray();
        Union union = new Union(budget);
        union.add(joint.dfa());
        union.add(new Dfa(subjects.rows(), label, subjects.starts()));
        Dfa all = union.minimal();
        int[] position = positions(joint, classes);
        return canonical(all, position, askers, classes, verdicts);
    }

    /** Where in the union's starts each start of this record is. */
    private static int[] positions(JointDfa joint, Classes classes) {
        QuestionKind[] kinds = QuestionKind.values();
        IntStream.Builder positions = IntStream.builder();
        for (int subject : classes.subjectOf()) {
            for (boolean owner : new boolean[] {false, true}) {
                for (QuestionKind kind : kinds) {
                    int asker = Askers.index(subject, owner);
                    positions.add(joint.startOf()[asker * kinds.length + kind.ordinal()]);
                }
            }
        }
        return positions.add(joint.dfa().starts().length).build().toArray();
    }

    /** Leaves out the questions that need not be asked, and all that only they reach. */
    private static Finished canonical(
            Dfa all, int[] position, Askers askers, Classes classes, Interned verdicts) {
        int[] starts = Arrays.stream(position).map(at -> all.starts()[at]).toArray();
        int[] asked =
                Arrays.stream(starts).filter(start -> !isSilent(all, start, verdicts)).toArray();
        Dfa ordered = Canonical.of(new Dfa(all.rows(), all.label(), asked));
        int next = 0;
        for (int i = 0; i < starts.length; i++) {
            starts[i] = isSilent(all, starts[i], verdicts) ? -1 : ordered.starts()[next++];
        }
        return new Finished(ordered, starts, askers, classes, verdicts);
    }

    /** In a minimal automaton there is one state at most from which every answer is 0. */
    private static boolean isSilent(Dfa dfa, int state, Interned verdicts) {
        return dfa.isSink(state)
                && Arrays.stream(Lane.values())
                        .allMatch(lane ->
                                verdicts.get(dfa.label()[state], lane.ordinal()) == Verdict.ALLOW);
    }
}
