// SPDX-License-Identifier: Apache-2.0
package dev.portcullis.policy.compile;

import dev.portcullis.policy.automaton.AutomatonBudget;
import dev.portcullis.policy.automaton.AutomatonTooLargeException;
import dev.portcullis.policy.automaton.Canonical;
import dev.portcullis.policy.automaton.Dfa;
import dev.portcullis.policy.automaton.Minimizer;
import dev.portcullis.policy.ruleset.QuestionKind;
import java.nio.IntBuffer;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * The automata of all kinds of question, of all who can ask, as one.
 *
 * @param dfa minimal; a label is a number in {@code verdicts}
 * @param startOf position in the automaton's starts, at {@code asker * kinds + kind}
 * @param verdicts the verdict in each lane
 */
@SuppressWarnings("ArrayRecordComponent") // a carrier between two steps of one compilation
record JointDfa(Dfa dfa, int[] startOf, Interned verdicts) {
    static JointDfa of(List<SectionDfa> sections, Askers askers, AutomatonBudget budget)
            throws AutomatonTooLargeException {
        int kinds = QuestionKind.values().length;
        Interned verdicts = new Interned();
        Union union = new Union(budget);
        int[] startOf = new int[askers.all().size() * kinds];
        int parts = 0;
        for (SectionDfa section : sections) {
            // Kinds and views often get the same answers; the automaton then is there once.
            Map<IntBuffer, Integer> known = new LinkedHashMap<>();
            for (QuestionKind kind : section.domain().kinds()) {
                int[] partOf = new int[section.views()];
                for (int view = 0; view < partOf.length; view++) {
                    IntBuffer labels = IntBuffer.wrap(section.labels(view, kind, verdicts));
                    known.putIfAbsent(labels, parts + known.size());
                    partOf[view] = known.get(labels);
                }
                for (int asker = 0; asker < askers.all().size(); asker++) {
                    int view = section.viewOf().get(asker);
                    startOf[asker * kinds + kind.ordinal()] = partOf[view];
                }
            }
            addParts(section.dfa(), List.copyOf(known.keySet()), union);
            parts += known.size();
        }
        return new JointDfa(union.minimal(), startOf, verdicts);
    }

    /** Adds what each of the labellings makes of a section, few of them at a time. */
    private static void addParts(Dfa section, List<IntBuffer> labellings, Union union)
            throws AutomatonTooLargeException {
        int atOnce = Runtime.getRuntime().availableProcessors();
        for (int i = 0; i < labellings.size(); i += atOnce) {
            List<Dfa> parts =
                    labellings.subList(i, Math.min(i + atOnce, labellings.size())).parallelStream()
                            .map(labels -> part(section, labels.array()))
                            .toList();
            for (Dfa part : parts) {
                union.add(part);
            }
        }
    }

    /** What one kind of question of one view makes of a section, which tells all apart. */
    private static Dfa part(Dfa section, int[] labels) {
        return Canonical.of(Minimizer.run(new Dfa(section.rows(), labels, section.starts())));
    }

    /** The state in which a question begins. */
    int start(int asker, QuestionKind kind) {
        return dfa.starts()[startOf[asker * QuestionKind.values().length + kind.ordinal()]];
    }
}
