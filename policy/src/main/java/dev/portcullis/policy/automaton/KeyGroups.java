// SPDX-License-Identifier: Apache-2.0
package dev.portcullis.policy.automaton;

/** States that changed, together where they are of one block and have one key. */
final class KeyGroups {
    private final int[] state;
    private final int[] block;
    private final long[] key;
    private final int[] before;
    private final IntList lastOfGroup = new IntList();

    /** Groups plus one by hash, 0 where there is none; a power of two long, at most half full. */
    private final int[] table;

    private int size;

    /** Room for that many states. */
    KeyGroups(int states) {
        state = new int[states];
        block = new int[states];
        key = new long[states];
        before = new int[states];
        table = new int[Integer.highestOneBit(Math.max(1, states)) << 2];
    }

    void add(int newState, int itsBlock, long itsKey) {
        int position = size++;
        state[position] = newState;
        block[position] = itsBlock;
        key[position] = itsKey;
        int slot = Long.hashCode(itsKey * 0x9e3779b97f4a7c15L + itsBlock) & table.length - 1;
        while (table[slot] != 0 && !isOf(table[slot] - 1, itsBlock, itsKey)) {
            slot = slot + 1 & table.length - 1;
        }
        if (table[slot] == 0) {
            lastOfGroup.add(position);
            before[position] = -1;
            table[slot] = lastOfGroup.size();
        } else {
            before[position] = lastOfGroup.get(table[slot] - 1);
            lastOfGroup.set(table[slot] - 1, position);
        }
    }

    private boolean isOf(int group, int itsBlock, long itsKey) {
        int last = lastOfGroup.get(group);
        return block[last] == itsBlock && key[last] == itsKey;
    }

    /** How many groups there are. */
    int count() {
        return lastOfGroup.size();
    }

    /** Where the last state of a group is. */
    int last(int group) {
        return lastOfGroup.get(group);
    }

    /** Where the state of the same group before one is, or -1. */
    int before(int position) {
        return before[position];
    }

    int state(int position) {
        return state[position];
    }

    long key(int position) {
        return key[position];
    }
}
