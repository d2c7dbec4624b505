// SPDX-License-Identifier: Apache-2.0
package dev.portcullis.policy.automaton;

import java.util.List;

/**
 * What an automaton may cost while it is made. Time is counted in steps, not by the clock, so that
 * the same policies are refused on every machine or on none.
 *
 * @param states the most states
 * @param members the most members of all sets of states together, 4 bytes each
 * @param steps the most members and edges looked at; a second is some hundred millions
 */
public record AutomatonBudget(int states, int members, long steps) {
    /**
     * Checks the size of an automaton before there is room made for it.
     *
     * @throws AutomatonTooLargeException if it has too many states
     */
    public void check(long count) throws AutomatonTooLargeException {
        if (count > states) {
            throw new AutomatonTooLargeException(
                    "%d states, at most %d".formatted(count, states), List.of());
        }
    }
}
