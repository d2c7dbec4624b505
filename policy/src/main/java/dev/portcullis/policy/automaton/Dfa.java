// SPDX-License-Identifier: Apache-2.0
package dev.portcullis.policy.automaton;

/**
 * A complete deterministic automaton.
 *
 * @param rows successors of each state
 * @param label what each state stands for; states of different labels are never the same
 * @param starts start states
 */
@SuppressWarnings("ArrayRecordComponent") // a carrier between the steps of one compilation
public record Dfa(Rows rows, int[] label, int[] starts) {
    /** How many states there are. */
    public int states() {
        return label.length;
    }

    /** Whether nothing that follows can lead out of the state. */
    public boolean isSink(int state) {
        for (int group = 0; group < rows.split(state).groups(); group++) {
            if (rows.target(state, group) != state) {
                return false;
            }
        }
        return true;
    }
}
