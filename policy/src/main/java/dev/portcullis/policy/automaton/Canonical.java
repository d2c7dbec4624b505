// SPDX-License-Identifier: Apache-2.0
package dev.portcullis.policy.automaton;

import java.util.Arrays;
import java.util.HashMap;
import java.util.HashSet;
import java.util.Map;

/**
 * Brings minimal automata into the one form that depends on their meaning only: as few groups of
 * bytes as possible, states numbered breadth first from the starts.
 */
public final class Canonical {
    private final Rows rows;
    private final int[] number;
    private final IntList queue = new IntList();
    private final Map<Split, Split> shared = new HashMap<>();

    private Canonical(Dfa dfa) {
        rows = dfa.rows();
        number = new int[dfa.states()];
        Arrays.fill(number, -1);
    }

    /**
     * Drops states that cannot be reached, numbers the others in the order of their reach, and
     * joins groups of bytes with one successor.
     */
    public static Dfa of(Dfa dfa) {
        return new Canonical(dfa).run(dfa);
    }

    private Dfa run(Dfa dfa) {
        for (int start : dfa.starts()) {
            visit(start);
        }
        Rows ordered = new Rows();
        // Groups are in the order of their smallest bytes, so that joining them makes no difference
        // to the order of reach.
        for (int i = 0; i < queue.size(); i++) {
            for (int group = 0; group < rows.split(queue.get(i)).groups(); group++) {
                visit(rows.target(queue.get(i), group));
            }
            add(queue.get(i), ordered);
        }
        int[] label = new int[queue.size()];
        Arrays.setAll(label, i -> dfa.label()[queue.get(i)]);
        int[] starts = Arrays.stream(dfa.starts()).map(start -> number[start]).toArray();
        return new Dfa(ordered, label, starts);
    }

    private void visit(int state) {
        if (number[state] < 0) {
            number[state] = queue.size();
            queue.add(state);
        }
    }

    private void add(int state, Rows ordered) {
        Split split = rows.split(state);
        int[] joined = new int[split.groups()];
        int[] successors = new int[split.groups()];
        int count = 0;
        for (int group = 0; group < joined.length; group++) {
            int successor = number[rows.target(state, group)];
            int known = 0;
            while (known < count && successors[known] != successor) {
                known++;
            }
            joined[group] = known;
            successors[known] = successor;
            count = Math.max(count, known + 1);
        }
        Split fewer = count == joined.length ? split : split.join(joined);
        ordered.add(
                shared.computeIfAbsent(fewer, fresh -> fresh), Arrays.copyOf(successors, count));
    }

    /** The classes of bytes that all states treat alike; of a canonical automaton the coarsest. */
    public static Split classes(Dfa dfa) {
        HashSet<Split> seen = new HashSet<>();
        Split classes = Split.NONE;
        for (int state = 0; state < dfa.states(); state++) {
            if (seen.add(dfa.rows().split(state))) {
                classes = classes.refine(dfa.rows().split(state));
            }
        }
        return classes;
    }
}
