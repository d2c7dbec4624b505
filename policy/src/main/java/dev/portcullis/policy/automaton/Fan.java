// SPDX-License-Identifier: Apache-2.0
package dev.portcullis.policy.automaton;

import java.util.Arrays;
import java.util.List;

/** Bytes grouped by which of some byte sets they are in. */
final class Fan {
    private final Split split;
    private final int[][] setsOfGroup;

    private Fan(Split split, int[][] setsOfGroup) {
        this.split = split;
        this.setsOfGroup = setsOfGroup;
    }

    /**
     * The coarsest grouping that tells the given sets apart.
     *
     * @param ids indices in {@code sets}
     */
    static Fan of(int[] ids, List<ByteSet> sets) {
        Split finest = Split.NONE;
        for (int id : ids) {
            finest = finest.refine(Split.of(sets.get(id)));
        }
        Split split = finest;
        int[][] setsOfGroup = new int[split.groups()][];
        Arrays.setAll(
                setsOfGroup,
                group ->
                        Arrays.stream(ids)
                                .filter(id -> sets.get(id).contains(split.smallest(group)))
                                .toArray());
        return new Fan(split, setsOfGroup);
    }

    Split split() {
        return split;
    }

    /** Indices of the sets that all bytes of a group are in; they are in no other. */
    int[] sets(int group) {
        return setsOfGroup[group];
    }
}
