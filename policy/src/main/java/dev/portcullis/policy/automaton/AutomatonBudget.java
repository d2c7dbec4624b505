// SPDX-License-Identifier: Apache-2.0
package dev.portcullis.policy.automaton;

import java.util.List;

/**
 * What an automaton may cost while it is made.
 *
 * @param states the most states
 * @param cells the most transitions, and the most members of all sets of states together; 4 bytes
 *     each
 */
public record AutomatonBudget(int states, int cells) {
    /**
     * Checks the size of an automaton before there is room made for it.
     *
     * @throws AutomatonTooLargeException if it has too many transitions
     */
    public void check(long count, int classes) throws AutomatonTooLargeException {
        if (count * classes > cells) {
            throw new AutomatonTooLargeException(
                    count + " states with " + classes + " successors each", List.of());
        }
    }
}
