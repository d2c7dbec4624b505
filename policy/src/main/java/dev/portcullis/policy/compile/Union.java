// SPDX-License-Identifier: Apache-2.0
package dev.portcullis.policy.compile;

import dev.portcullis.policy.automaton.AutomatonBudget;
import dev.portcullis.policy.automaton.AutomatonTooLargeException;
import dev.portcullis.policy.automaton.ByteClasses;
import dev.portcullis.policy.automaton.Canonical;
import dev.portcullis.policy.automaton.Dfa;
import dev.portcullis.policy.automaton.Minimizer;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/**
 * Lays automata beside each other, so that what they have in common is there once. There can be
 * hundreds that differ in little; so that there is never room needed for all of them, they are
 * brought together from time to time.
 */
final class Union {
    /** So many states wait until they are brought together. */
    private static final int MAX_WAITING = 50_000;

    private final AutomatonBudget budget;
    private final List<Dfa> parts = new ArrayList<>();
    private int waiting;

    Union(AutomatonBudget budget) {
        this.budget = budget;
    }

    /** Adds one; its start states come behind those that are there. */
    void add(Dfa part) throws AutomatonTooLargeException {
        parts.add(part);
        waiting += part.states();
        if (waiting > MAX_WAITING) {
            Dfa together = minimal();
            parts.clear();
            parts.add(together);
            waiting = 0;
        }
    }

    /** The smallest automaton with all these start states. Nothing refers to unreached states. */
    Dfa minimal() throws AutomatonTooLargeException {
        int[] classOf = new int[256];
        long states = 0;
        for (Dfa part : parts) {
            classOf = ByteClasses.refine(classOf, part.classOf());
            states += part.states();
        }
        int classes = ByteClasses.count(classOf);
        budget.check(states, classes);
        int[] next = new int[(int) states * classes];
        int[] label = new int[(int) states];
        int[] starts = parts.stream().flatMapToInt(part -> Arrays.stream(part.starts())).toArray();
        int base = 0;
        int position = 0;
        for (Dfa part : parts) {
            Dfa fine = Canonical.refineClasses(part, classOf);
            System.arraycopy(fine.label(), 0, label, base, fine.states());
            for (int cell = 0; cell < fine.next().length; cell++) {
                next[base * classes + cell] = base + fine.next()[cell];
            }
            for (int i = 0; i < part.starts().length; i++) {
                starts[position++] += base;
            }
            base += fine.states();
        }
        return Minimizer.run(new Dfa(classOf, classes, next, label, starts));
    }
}
