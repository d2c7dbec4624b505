// SPDX-License-Identifier: Apache-2.0
package dev.portcullis.policy.automaton;

import java.util.ArrayList;
import java.util.List;

/**
 * The successors of states that are numbered from 0 as they are added. A row has one successor for
 * each group of a {@link Split}: three on average where a literal path is read, out of 256 bytes.
 */
public final class Rows {
    private final List<Split> splits = new ArrayList<>();
    private final IntList first = new IntList();
    private final IntList targets = new IntList();

    /** Adds a row with the successor of each group of the split. */
    void add(Split split, int[] successors) {
        splits.add(split);
        first.add(targets.size());
        for (int successor : successors) {
            targets.add(successor);
        }
    }

    /** Adds the rows of other states, which get their numbers after those that are here. */
    public void addAll(Rows other) {
        int base = states();
        for (int state = 0; state < other.states(); state++) {
            splits.add(other.splits.get(state));
            first.add(targets.size());
            for (int group = 0; group < other.split(state).groups(); group++) {
                targets.add(base + other.target(state, group));
            }
        }
    }

    /** How many states there are. */
    public int states() {
        return splits.size();
    }

    /** How many successors all rows have together. */
    int size() {
        return targets.size();
    }

    public Split split(int state) {
        return splits.get(state);
    }

    /** The successor of a state for a group of its split. */
    public int target(int state, int group) {
        return targets.get(first.get(state) + group);
    }

    /** The successor of a state for a byte value, 0 to 255. */
    public int next(int state, int value) {
        return target(state, split(state).group(value));
    }
}
