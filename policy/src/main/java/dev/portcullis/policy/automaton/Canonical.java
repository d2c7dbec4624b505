// SPDX-License-Identifier: Apache-2.0
package dev.portcullis.policy.automaton;

import java.util.Arrays;
import java.util.HashMap;
import java.util.Map;

/**
 * Brings automata into the one form that depends on their meaning only: as few byte classes as
 * possible, states numbered breadth first from the starts.
 */
public final class Canonical {
    private Canonical() {}

    /** Drops states that cannot be reached, and numbers the others in the order of their reach. */
    public static Dfa order(Dfa dfa) {
        int classes = dfa.classes();
        int[] number = new int[dfa.states()];
        Arrays.fill(number, -1);
        IntList queue = new IntList();
        for (int start : dfa.starts()) {
            visit(start, number, queue);
        }
        for (int i = 0; i < queue.size(); i++) {
            for (int c = 0; c < classes; c++) {
                visit(dfa.next()[queue.get(i) * classes + c], number, queue);
            }
        }
        int[] next = new int[queue.size() * classes];
        int[] label = new int[queue.size()];
        for (int i = 0; i < queue.size(); i++) {
            int state = queue.get(i);
            label[i] = dfa.label()[state];
            for (int c = 0; c < classes; c++) {
                next[i * classes + c] = number[dfa.next()[state * classes + c]];
            }
        }
        int[] starts = Arrays.stream(dfa.starts()).map(start -> number[start]).toArray();
        return new Dfa(dfa.classOf(), classes, next, label, starts);
    }

    /** Joins byte classes that no state tells apart. */
    public static Dfa joinClasses(Dfa dfa) {
        int classes = dfa.classes();
        int[] joined = new int[classes];
        int[] kept = new int[classes];
        int count = 0;
        Map<Column, Integer> known = new HashMap<>();
        for (int c = 0; c < classes; c++) {
            Integer same = known.putIfAbsent(new Column(dfa, c), count);
            joined[c] = same == null ? count : same;
            if (same == null) {
                kept[count++] = c;
            }
        }
        int[] next = new int[dfa.states() * count];
        for (int state = 0; state < dfa.states(); state++) {
            for (int c = 0; c < count; c++) {
                next[state * count + c] = dfa.next()[state * classes + kept[c]];
            }
        }
        int[] classOf = Arrays.stream(dfa.classOf()).map(c -> joined[c]).toArray();
        return new Dfa(classOf, count, next, dfa.label(), dfa.starts());
    }

    /** The same automaton over classes that are finer than its own. */
    public static Dfa refineClasses(Dfa dfa, int[] finer) {
        int[] bytes = ByteClasses.representatives(finer);
        int[] next = new int[dfa.states() * bytes.length];
        for (int state = 0; state < dfa.states(); state++) {
            for (int c = 0; c < bytes.length; c++) {
                int old = dfa.classOf()[bytes[c]];
                next[state * bytes.length + c] = dfa.next()[state * dfa.classes() + old];
            }
        }
        return new Dfa(finer, bytes.length, next, dfa.label(), dfa.starts());
    }

    private static void visit(int state, int[] number, IntList queue) {
        if (number[state] < 0) {
            number[state] = queue.size();
            queue.add(state);
        }
    }

    /** The successors of all states for one class, compared by value. */
    private static final class Column {
        private final Dfa dfa;
        private final int column;
        private final int hash;

        Column(Dfa dfa, int column) {
            this.dfa = dfa;
            this.column = column;
            int h = 0;
            for (int state = 0; state < dfa.states(); state++) {
                h = 31 * h + at(state);
            }
            hash = h;
        }

        private int at(int state) {
            return dfa.next()[state * dfa.classes() + column];
        }

        @Override
        public int hashCode() {
            return hash;
        }

        @Override
        public boolean equals(Object other) {
            if (!(other instanceof Column that) || hash != that.hash) {
                return false;
            }
            for (int state = 0; state < dfa.states(); state++) {
                if (at(state) != that.at(state)) {
                    return false;
                }
            }
            return true;
        }
    }
}
