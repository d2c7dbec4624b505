// SPDX-License-Identifier: Apache-2.0
package dev.portcullis.policy.compile;

import java.util.ArrayList;
import java.util.BitSet;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/** Places rows with gaps into each other, each at the first place where its columns are free. */
final class Comb {
    /** Rows of more columns are not tried further than this many cells before the end. */
    private static final int NEAR_END = 1 << 14;

    private static final int FEW_COLUMNS = 3;

    private final BitSet taken = new BitSet();

    /** Where to go on for the next row of the same columns: free cells only become fewer. */
    private final Map<List<Integer>, Integer> triedUpTo = new HashMap<>();

    /**
     * An empty comb.
     *
     * @param first the first cell that is free
     */
    Comb(int first) {
        taken.set(0, first);
    }

    /** The number of cells up to the last that is taken. */
    int size() {
        return taken.length();
    }

    /**
     * Takes the cells of a row.
     *
     * @param columns ascending, from 0 on
     * @return the cell of column 0
     */
    int place(int[] columns) {
        List<Integer> key = new ArrayList<>(columns.length);
        for (int column : columns) {
            key.add(column);
        }
        int at = triedUpTo.getOrDefault(key, 0);
        if (columns.length > FEW_COLUMNS) {
            at = Math.max(at, size() - NEAR_END);
        }
        at = taken.nextClearBit(at);
        while (!fits(at, columns)) {
            at = taken.nextClearBit(at + 1);
        }
        for (int column : columns) {
            taken.set(at + column);
        }
        triedUpTo.put(key, at + 1);
        return at;
    }

    private boolean fits(int at, int[] columns) {
        for (int column : columns) {
            if (taken.get(at + column)) {
                return false;
            }
        }
        return true;
    }
}
