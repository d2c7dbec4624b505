// SPDX-License-Identifier: Apache-2.0
package dev.portcullis.policy.automaton;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class AutomatonBudgetTest {
    private static final int SIMPLE = 3;
    private static final int COSTLY = 7;

    /** A literal text, and "the tenth byte from the end is 1", which takes a thousand states. */
    private static Nfa nfa() throws AutomatonTooLargeException {
        Nfa nfa = new Nfa(100);
        nfa.tag(SIMPLE);
        nfa.accept(nfa.step(nfa.step(Nfa.START, ByteSet.of(2)), ByteSet.of(3)));
        nfa.tag(COSTLY);
        nfa.edge(Nfa.START, ByteSet.ALL, Nfa.START);
        int here = nfa.step(Nfa.START, ByteSet.of(1));
        for (int i = 0; i < 9; i++) {
            here = nfa.step(here, ByteSet.ALL);
        }
        nfa.accept(here);
        return nfa;
    }

    @ParameterizedTest
    @CsvSource({
        "100, 1000000, 1000000, more than 100 states",
        "10000, 500, 1000000, more than",
        "10000, 1000000, 5000, more than 5000 steps for",
    })
    void whatIsUsedUpIsToldAndTheCostliestNamed(int states, int members, long steps, String message)
            throws AutomatonTooLargeException {
        Nfa nfa = nfa();
        AutomatonBudget budget = new AutomatonBudget(states, members, steps);

        AutomatonTooLargeException e =
                catchThrowableOfType(
                        AutomatonTooLargeException.class,
                        () -> Determinizer.run(nfa, _ -> 0, budget));

        assertThat(e).hasMessageStartingWith(message);
        assertThat(e.tags().getFirst()).isEqualTo(COSTLY);
    }
}
