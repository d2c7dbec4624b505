// SPDX-License-Identifier: Apache-2.0
package dev.portcullis.policy.compile;

import java.util.Arrays;

/**
 * Chooses the states that others are told by.
 *
 * <p>Where a path is spelled out, all bytes but one lead to where it is lost: the state that knows
 * only the wildcards. That state's own row tells where nearly all bytes lead from here, too. So the
 * state that most bytes lead to is the natural base, or that one's in turn.
 */
final class Bases {
    private static final int GENERATIONS = 3;

    private final Columns columns;
    private final int[] lost;

    private Bases(Columns columns) {
        this.columns = columns;
        lost = new int[columns.states()];
        Arrays.parallelSetAll(lost, columns::mostFrequent);
    }

    /** The base of each state; itself where it has all columns. */
    static int[] of(Columns columns) {
        return new Bases(columns).choose();
    }

    private int[] choose() {
        boolean[] isBase = worthwhile();
        int[] baseOf = new int[columns.states()];
        Arrays.parallelSetAll(baseOf, state -> isBase[state] ? state : nearest(state, isBase));
        return baseOf;
    }

    /** States whose whole row costs less than it saves all that are lost there. */
    private boolean[] worthwhile() {
        int row = columns.count();
        long[] saved = new long[columns.states()];
        for (int state = 0; state < saved.length; state++) {
            if (lost[state] != state) {
                saved[lost[state]] += row - 1 - columns.differences(state, lost[state], row - 1);
            }
        }
        boolean[] worthwhile = new boolean[saved.length];
        for (int state = 0; state < saved.length; state++) {
            worthwhile[state] = saved[state] > row;
        }
        return worthwhile;
    }

    private int nearest(int state, boolean[] isBase) {
        int nearest = state;
        int fewest = columns.count() - 1;
        int candidate = lost[state];
        for (int i = 0; i < GENERATIONS; i++) {
            if (isBase[candidate]) {
                int differences = columns.differences(state, candidate, fewest);
                if (differences < fewest) {
                    nearest = candidate;
                    fewest = differences;
                }
            }
            candidate = lost[candidate];
        }
        return nearest;
    }
}
