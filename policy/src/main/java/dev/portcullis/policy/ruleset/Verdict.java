// SPDX-License-Identifier: Apache-2.0
package dev.portcullis.policy.ruleset;

/**
 * A verdict as one 32-bit word, in the form in which the kernel reads it out of the automaton.
 *
 * <p>Bit 0 refuse, bit 1 kill (only with refuse), bit 2 report (an Audit rule matched); bits 8 to
 * 31 the index in {@link RuleSet#rules()} of the rule that decided, or that asked for the report.
 * The word 0 allows without a trace.
 */
public final class Verdict {
    /** Allowed, nothing to tell. */
    public static final int ALLOW = 0;

    /** The operation is refused. */
    public static final int REFUSE = 1;

    /** The process is killed as well. */
    public static final int KILL = 1 << 1;

    /** The operation is reported although it is allowed. */
    public static final int REPORT = 1 << 2;

    /** Position of the rule's index. */
    public static final int RULE_SHIFT = 8;

    /** The most rules that one rule set can name. */
    public static final int MAX_RULES = 1 << (32 - RULE_SHIFT);

    private Verdict() {}

    /**
     * Composes a verdict that is not {@link #ALLOW}.
     *
     * @param flags of {@link #REFUSE}, {@link #KILL}, {@link #REPORT}; not 0
     * @param rule the index of the deciding rule
     */
    public static int of(int flags, int rule) {
        if (flags == 0
                || (flags & ~(REFUSE | KILL | REPORT)) != 0
                || rule < 0
                || rule >= MAX_RULES) {
            throw new IllegalArgumentException("flags " + flags + ", rule " + rule);
        }
        return flags | (rule << RULE_SHIFT);
    }

    /** The index of the rule that decided; meaningless for {@link #ALLOW}. */
    public static int rule(int verdict) {
        return verdict >>> RULE_SHIFT;
    }

    /** Whether the verdict refuses the operation. */
    public static boolean refuses(int verdict) {
        return (verdict & REFUSE) != 0;
    }

    /** Whether the verdict kills the process. */
    public static boolean kills(int verdict) {
        return (verdict & KILL) != 0;
    }

    /** Whether the verdict asks for a report of an allowed operation. */
    public static boolean reports(int verdict) {
        return (verdict & REPORT) != 0;
    }
}
