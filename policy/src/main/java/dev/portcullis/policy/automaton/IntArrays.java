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

    /** Hashes beside the numbers, so that a list is compared only with its likes. */
    private int[] hashes = new int[table.length];

    IntArrays() {
        first.add(0);
    }

    /** How many lists there are. */
    int count() {
        return first.size() - 1;
    }

    /** The number of a list; {@link #count} as it was before if it had not been seen. */
    int number(IntList list) {
        int hash = list.hash();
        int slot = hash & table.length - 1;
        while (table[slot] != 0 && !(hashes[slot] == hash && isEqual(table[slot] - 1, list))) {
            slot = slot + 1 & table.length - 1;
        }
        if (table[slot] != 0) {
            return table[slot] - 1;
        }
        values.addAll(list);
        first.add(values.size());
        table[slot] = count();
        hashes[slot] = hash;
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
        int[] oldTable = table;
        int[] oldHashes = hashes;
        table = new int[2 * oldTable.length];
        hashes = new int[table.length];
        for (int old = 0; old < oldTable.length; old++) {
            if (oldTable[old] != 0) {
                int slot = oldHashes[old] & table.length - 1;
                while (table[slot] != 0) {
                    slot = slot + 1 & table.length - 1;
                }
                table[slot] = oldTable[old];
                hashes[slot] = oldHashes[old];
            }
        }
    }
}
