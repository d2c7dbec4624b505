// SPDX-License-Identifier: Apache-2.0
package dev.portcullis.policy.automaton;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Arrays;
import java.util.HashMap;
import java.util.Map;
import java.util.Random;
import org.junit.jupiter.api.Test;

class MinimizerTest {
    private static final AutomatonBudget AMPLE = new AutomatonBudget(10_000, 1 << 20, 1 << 24);
    private static final int AUTOMATA = 500;
    private static final long SEED = Long.getLong("portcullis.seed", System.nanoTime());

    @Test
    void theResultIsAsSmallAsByRoundsAndAnswersTheSame() throws AutomatonTooLargeException {
        System.out.println("seed " + SEED + " (repeat with -Dportcullis.seed=" + SEED + ")");
        for (int i = 0; i < AUTOMATA; i++) {
            Random random = new Random(SEED + i);
            Dfa dfa = Determinizer.run(random(random), Arrays::hashCode, AMPLE);

            Dfa minimal = Canonical.of(Minimizer.run(dfa));

            assertThat(minimal.states()).as("seed %d + %d", SEED, i).isEqualTo(blocks(dfa));
            for (int text = 0; text < 50; text++) {
                byte[] bytes = new byte[random.nextInt(12)];
                Arrays.setAll(new int[bytes.length], at -> bytes[at] = (byte) random.nextInt(4));
                assertThat(label(minimal, bytes)).isEqualTo(label(dfa, bytes));
            }
        }
    }

    /** Reads four different bytes. */
    private static Nfa random(Random random) throws AutomatonTooLargeException {
        int states = 2 + random.nextInt(10);
        Nfa nfa = new Nfa(100);
        nfa.tag(random.nextInt(3));
        for (int state = 1; state < states; state++) {
            nfa.state();
        }
        for (int edge = 0; edge < 2 * states; edge++) {
            int first = random.nextInt(4);
            nfa.edge(
                    random.nextInt(states),
                    ByteSet.range(first, first + random.nextInt(4 - first)),
                    random.nextInt(states));
        }
        for (int accepted = 0; accepted < 2; accepted++) {
            nfa.tag(random.nextInt(3));
            nfa.accept(random.nextInt(states));
        }
        return nfa;
    }

    private static int label(Dfa dfa, byte[] text) {
        int state = dfa.starts()[0];
        for (byte b : text) {
            state = dfa.rows().next(state, b & 0xff);
        }
        return dfa.label()[state];
    }

    /**
     * Moore's way: blocks by label, told apart by their successors' blocks until nothing changes.
     */
    private static int blocks(Dfa dfa) {
        int[] blockOf = dfa.label().clone();
        for (int count = 0; ; ) {
            Map<String, Integer> known = new HashMap<>();
            int[] refined = new int[blockOf.length];
            for (int state = 0; state < blockOf.length; state++) {
                StringBuilder row = new StringBuilder().append(blockOf[state]);
                for (int value = 0; value < 256; value++) {
                    row.append(' ').append(blockOf[dfa.rows().next(state, value)]);
                }
                Integer fresh = known.size();
                Integer block = known.putIfAbsent(row.toString(), fresh);
                refined[state] = block == null ? fresh : block;
            }
            if (known.size() == count) {
                return count;
            }
            count = known.size();
            blockOf = refined;
        }
    }
}
