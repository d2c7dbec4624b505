// SPDX-License-Identifier: Apache-2.0
package dev.portcullis.policy.compile;

import dev.portcullis.policy.automaton.Canonical;
import dev.portcullis.policy.automaton.Dfa;
import dev.portcullis.policy.automaton.Minimizer;
import dev.portcullis.policy.ruleset.Lane;
import dev.portcullis.policy.ruleset.QuestionKind;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/**
 * Which subjects the rules treat alike. Subjects that meet other conditions can still be judged the
 * same in everything; then they are of one class. Classes are numbered by what is judged, and not
 * by how the rules are spelled: from 0, that of subjects that no rule names, in the order in which
 * paths reach them.
 *
 * @param dfa which class a subject is of, by its path; a label is a class
 * @param subjectOf for each class, a subject of it, as {@link Askers} numbers them
 * @param unknown the class of subjects that are not known
 */
record Classes(Dfa dfa, List<Integer> subjectOf, int unknown) {
    static Classes of(SubjectDfa subjects, Askers askers, JointDfa joint, Questions questions) {
        // In a minimal automaton, what begins in one state is judged the same.
        Map<List<Integer>, Integer> known = new HashMap<>();
        int[] alike = new int[askers.subjects()];
        for (int subject = 0; subject < alike.length; subject++) {
            Integer first = known.putIfAbsent(judged(subject, askers, joint, questions), subject);
            alike[subject] = first == null ? subject : first;
        }
        Dfa met = subjects.dfa();
        int[] label = Arrays.stream(met.label()).map(number -> alike[number]).toArray();
        Dfa merged = new Dfa(met.rows(), label, met.starts());
        return numbered(Canonical.of(Minimizer.run(merged)), alike);
    }

    private static List<Integer> judged(
            int subject, Askers askers, JointDfa joint, Questions questions) {
        List<Integer> judged = new ArrayList<>();
        for (QuestionKind kind : QuestionKind.values()) {
            judged.add(joint.start(Askers.index(subject, false), kind));
            judged.add(joint.start(Askers.index(subject, true), kind));
            Applicant applicant = askers.all().get(Askers.index(subject, false));
            for (Lane lane : Lane.values()) {
                judged.add(questions.unresolved(kind, lane, applicant).verdict());
            }
        }
        return judged;
    }

    private static Classes numbered(Dfa dfa, int[] alike) {
        List<Integer> subjectOf = new ArrayList<>();
        subjectOf.add(0);
        for (int subject : dfa.label()) {
            if (!subjectOf.contains(subject)) {
                subjectOf.add(subject);
            }
        }
        int unknown = alike[alike.length - 1];
        if (!subjectOf.contains(unknown)) {
            subjectOf.add(unknown);
        }
        int[] label = Arrays.stream(dfa.label()).map(subjectOf::indexOf).toArray();
        return new Classes(
                new Dfa(dfa.rows(), label, dfa.starts()),
                List.copyOf(subjectOf),
                subjectOf.indexOf(unknown));
    }
}
