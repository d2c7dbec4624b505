// SPDX-License-Identifier: Apache-2.0
package dev.portcullis.policy.compile;

import dev.portcullis.policy.automaton.AutomatonBudget;
import dev.portcullis.policy.automaton.AutomatonTooLargeException;
import dev.portcullis.policy.automaton.Dfa;
import dev.portcullis.policy.automaton.Minimizer;
import dev.portcullis.policy.automaton.Rows;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.stream.IntStream;

/**
 * Lays automata beside each other, so that what they have in common is there once. There can be
 * hundreds that differ in little; so that there is never room needed for all of them, they are
 * brought together from time to time.
 */
final class Union {
    /** So many states wait until they are brought together. */
    private static final int MAX_WAITING = 250_000;

    private final AutomatonBudget budget;
    private final List<Dfa> parts = new ArrayList<>();
    private int waiting;

    Union(AutomatonBudget budget) {
        this.budget = budget;
    }

    /** Adds a minimal one; its start states come behind those that are there. */
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
        if (parts.size() == 1) {
            return parts.getFirst();
        }
        budget.check(parts.stream().mapToLong(Dfa::states).sum());
        Rows rows = new Rows();
        IntStream.Builder labels = IntStream.builder();
        IntStream.Builder starts = IntStream.builder();
        for (Dfa part : parts) {
            int base = rows.states();
            rows.addAll(part.rows());
            Arrays.stream(part.label()).forEach(labels);
            Arrays.stream(part.starts()).map(start -> base + start).forEach(starts);
        }
        return Minimizer.run(new Dfa(rows, labels.build().toArray(), starts.build().toArray()));
    }
}
