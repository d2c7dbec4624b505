// SPDX-License-Identifier: Apache-2.0
package dev.portcullis.policy.automaton;

/**
 * Numbers for lists of ints, from 0 in the order of their first sight. A million lists lie in one
 * array and cost no object each.
 */
final class IntArrays {
    private final IntList values = new IntList();
    private final IntList first = new IntList();

    /** Numbers plus one by hash, 0 where there is none; a power of two long, at most half full. */
    private int[] table = new int[1 << 10];

    IntArrays() {
        first.add(0);
    }

    /** How many lists there are. */
    int count() {
        return first.size() - 1;
    }

    /** The number of a list, or -1 if it has not been seen. */
    int find(IntList list) {
        return table[slot(list)] - 1;
    }

    /** Numbers a list that has not been seen. */
    int add(IntList list) {
        table[slot(list)] = count() + 1;
        values.addAll(list);
        first.add(values.size());
        if (2 * count() > table.length) {
            grow();
        }
        return count() - 1;
    }

    /** Where a list's ints begin, and those of the one before end. */
    int first(int number) {
        return first.get(number);
    }

    /** One of the ints of all lists together. */
    int value(int position) {
        return values.get(position);
    }

    private int slot(IntList list) {
        int slot = list.hash(0, list.size()) & table.length - 1;
        while (table[slot] != 0 && !isEqual(table[slot] - 1, list)) {
            slot = slot + 1 & table.length - 1;
        }
        return slot;
    }

    private boolean isEqual(int number, IntList list) {
        int from = first(number);
        if (first(number + 1) - from != list.size()) {
            return false;
        }
        for (int i = 0; i < list.size(); i++) {
            if (value(from + i) != list.get(i)) {
                return false;
            }
        }
        return true;
    }

    private void grow() {
        table = new int[2 * table.length];
        for (int number = 0; number < count(); number++) {
            int slot = values.hash(first(number), first(number + 1)) & table.length - 1;
            while (table[slot] != 0) {
                slot = slot + 1 & table.length - 1;
            }
            table[slot] = number + 1;
        }
    }
}
