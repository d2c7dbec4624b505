// SPDX-License-Identifier: Apache-2.0
package dev.portcullis.policy.automaton;

import java.util.Arrays;

/** Rows read backwards: which states lead to a state, and by bytes of which weight. */
final class Sources {
    private final int[] first;
    private final int[] state;
    private final long[] weight;

    /** Counting sort of all successors. */
    Sources(Rows rows) {
        first = new int[rows.states() + 1];
        state = new int[rows.size()];
        weight = new long[rows.size()];
        for (int from = 0; from < rows.states(); from++) {
            for (int group = 0; group < rows.split(from).groups(); group++) {
                first[rows.target(from, group) + 1]++;
            }
        }
        for (int to = 0; to < rows.states(); to++) {
            first[to + 1] += first[to];
        }
        int[] free = Arrays.copyOf(first, rows.states());
        for (int from = 0; from < rows.states(); from++) {
            Split split = rows.split(from);
            for (int group = 0; group < split.groups(); group++) {
                int edge = free[rows.target(from, group)]++;
                state[edge] = from;
                weight[edge] = split.weight(group);
            }
        }
    }

    /** The first edge into a state; those into the next one follow. */
    int first(int to) {
        return first[to];
    }

    /** Where an edge comes from. */
    int state(int edge) {
        return state[edge];
    }

    /** The {@link Split#weight} of the bytes that an edge reads. */
    long weight(int edge) {
        return weight[edge];
    }
}
