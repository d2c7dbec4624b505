// SPDX-License-Identifier: Apache-2.0
package dev.portcullis.policy.automaton;

import java.util.List;
import java.util.function.Supplier;

/** Adds up what an automaton costs, and stops at its budget. */
final class Meter {
    private final AutomatonBudget budget;
    private long states;
    private long members;
    private long steps;

    Meter(AutomatonBudget budget) {
        this.budget = budget;
    }

    /**
     * One state more.
     *
     * @param size members of its set
     * @param blamed the tags to name, the worst first
     */
    void state(int size, Supplier<List<Integer>> blamed) throws AutomatonTooLargeException {
        states++;
        members += size;
        if (states > budget.states() || members > budget.members()) {
            throw new AutomatonTooLargeException(
                    "more than " + (states - 1) + " states", blamed.get());
        }
    }

    /** Work done; see {@link #state}. */
    void work(long count, Supplier<List<Integer>> blamed) throws AutomatonTooLargeException {
        steps += count;
        if (steps > budget.steps()) {
            throw new AutomatonTooLargeException(
                    "more than %d steps for %d states".formatted(budget.steps(), states),
                    blamed.get());
        }
    }
}
