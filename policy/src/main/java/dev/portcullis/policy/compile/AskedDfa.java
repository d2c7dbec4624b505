// SPDX-License-Identifier: Apache-2.0
package dev.portcullis.policy.compile;

import dev.portcullis.policy.automaton.Canonical;
import dev.portcullis.policy.automaton.Dfa;
import dev.portcullis.policy.automaton.Split;

/** A minimal automaton that tells, beside what its labels say, what the kernel can ask at all. */
public final class AskedDfa {
    /** Label of what cannot be asked. */
    static final int IMPOSSIBLE = 0;

    private final Dfa dfa;

    AskedDfa(Dfa dfa) {
        this.dfa = dfa;
    }

    public int start() {
        return dfa.starts()[0];
    }

    /**
     * The state behind one more byte.
     *
     * @param value 0 to 255
     */
    public int step(int state, int value) {
        return dfa.rows().next(state, value);
    }

    /** The classes of bytes; those of one class lead from each state to the same one. */
    public Split classes() {
        return Canonical.classes(dfa);
    }

    /** Whether the bytes so far can be asked about. */
    public boolean isPossible(int state) {
        return label(state) != IMPOSSIBLE;
    }

    /** Whether nothing that follows can make them so. */
    public boolean isDead(int state) {
        return !isPossible(state) && dfa.isSink(state);
    }

    int label(int state) {
        return dfa.label()[state];
    }
}
