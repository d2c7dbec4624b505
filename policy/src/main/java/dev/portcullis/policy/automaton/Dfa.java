// SPDX-License-Identifier: Apache-2.0
package dev.portcullis.policy.automaton;

/**
 * A complete deterministic automaton.
 *
 * @param classOf class of each byte value
 * @param classes how many classes
 * @param next successor by {@code state * classes + class}
 * @param label what each state stands for; states of different labels are never the same
 * @param starts start states
 */
@SuppressWarnings("ArrayRecordComponent") // a carrier between the steps of one compilation
public record Dfa(int[] classOf, int classes, int[] next, int[] label, int[] starts) {
    /** How many states there are. */
    public int states() {
        return label.length;
    }

    /** Whether nothing that follows can lead out of the state. */
    public boolean isSink(int state) {
        for (int c = 0; c < classes; c++) {
            if (next[state * classes + c] != state) {
                return false;
            }
        }
        return true;
    }
}
