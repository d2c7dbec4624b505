// SPDX-License-Identifier: Apache-2.0
package dev.portcullis.policy.compile;

import dev.portcullis.policy.ruleset.Verdict;

/**
 * A verdict and who it came from, an Allow rule too.
 *
 * @param verdict a {@link Verdict} word
 * @param by index of the rule or default that decided, or {@link #NOBODY}
 */
public record Ruling(int verdict, int by) {
    /** Stands for a rule where nothing speaks of an operation. */
    public static final int NOBODY = Integer.MAX_VALUE;

    /** Nothing speaks of the operation. */
    static final Ruling NONE = new Ruling(Verdict.ALLOW, NOBODY);

    /** A verdict that names its rule. */
    static Ruling of(int flags, int by) {
        return new Ruling(Verdict.of(flags, by), by);
    }

    /** Whether a rule or default decided. */
    public boolean isBySomebody() {
        return by != NOBODY;
    }

    /** From 0, allowed without a report, to 3, refused and killed. */
    public int strictness() {
        return Verdict.kills(verdict)
                ? 3
                : Verdict.refuses(verdict) ? 2 : Verdict.reports(verdict) ? 1 : 0;
    }

    /** The stricter of two; of two equally strict ones the one by the first rule. */
    Ruling stricter(Ruling other) {
        int difference = Integer.compare(strictness(), other.strictness());
        if (difference != 0) {
            return difference > 0 ? this : other;
        }
        return by <= other.by ? this : other;
    }
}
