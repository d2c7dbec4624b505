// SPDX-License-Identifier: Apache-2.0
package dev.portcullis.policy.compile;

import dev.portcullis.api.v1alpha1.Action;
import dev.portcullis.api.v1alpha1.Tier;
import dev.portcullis.policy.ruleset.Verdict;
import java.util.Arrays;
import java.util.Collection;

/**
 * Which rule wins. Each tier decides by itself, and the stricter decision wins. Within a tier,
 * among the rules that match: Kill, then Block, then Allow. Where none of them says anything, the
 * strictest default decides: Kill, Block, Audit, Allow. An Audit rule only adds a report to what
 * goes through. Among equals the first in canonical order is named.
 */
final class Precedence {
    private static final int NOBODY = Integer.MAX_VALUE;

    private Precedence() {}

    /**
     * The verdict of one lane on one operation.
     *
     * @param applying the rules that match the operation and the defaults of its section, in any
     *     order
     * @return a {@link Verdict} word
     */
    static int decide(Collection<Entry> applying) {
        int verdict = Verdict.ALLOW;
        for (Tier tier : Tier.values()) {
            verdict =
                    stricter(
                            verdict,
                            decideTier(
                                    applying.stream()
                                            .filter(entry -> entry.tier() == tier)
                                            .toList()));
        }
        return verdict;
    }

    private static int decideTier(Collection<Entry> applying) {
        int[] byRule = firstOfEach(applying, false);
        int refusal = refusal(byRule);
        if (refusal != Verdict.ALLOW) {
            return refusal;
        }
        int audit = byRule[Action.AUDIT.ordinal()];
        boolean exempt = byRule[Action.ALLOW.ordinal()] != NOBODY;
        if (!exempt) {
            int[] byDefault = firstOfEach(applying, true);
            refusal = refusal(byDefault);
            if (refusal != Verdict.ALLOW) {
                return refusal;
            }
            audit = audit == NOBODY ? byDefault[Action.AUDIT.ordinal()] : audit;
        }
        return audit == NOBODY ? Verdict.ALLOW : Verdict.of(Verdict.REPORT, audit);
    }

    /** Refusal by the first that could refuse, for an operation of which nothing is known. */
    static int unresolved(Collection<Entry> governing) {
        int[] first = firstOfEach(governing, false);
        int[] byDefault = firstOfEach(governing, true);
        Arrays.setAll(first, action -> Math.min(first[action], byDefault[action]));
        return refusal(first);
    }

    private static int refusal(int[] first) {
        if (first[Action.KILL.ordinal()] != NOBODY) {
            return Verdict.of(Verdict.REFUSE | Verdict.KILL, first[Action.KILL.ordinal()]);
        }
        if (first[Action.BLOCK.ordinal()] != NOBODY) {
            return Verdict.of(Verdict.REFUSE, first[Action.BLOCK.ordinal()]);
        }
        return Verdict.ALLOW;
    }

    /**
     * The stricter of two verdicts; of two equally strict ones the one that names the first rule.
     */
    static int stricter(int one, int other) {
        int difference = Integer.compare(strictness(one), strictness(other));
        if (difference != 0) {
            return difference > 0 ? one : other;
        }
        return Verdict.rule(one) <= Verdict.rule(other) ? one : other;
    }

    private static int strictness(int verdict) {
        return Verdict.kills(verdict)
                ? 3
                : Verdict.refuses(verdict) ? 2 : Verdict.reports(verdict) ? 1 : 0;
    }

    private static int[] firstOfEach(Collection<Entry> applying, boolean defaults) {
        int[] first = new int[Action.values().length];
        Arrays.fill(first, NOBODY);
        for (Entry entry : applying) {
            if (entry.isDefault() == defaults) {
                int action = entry.action().ordinal();
                first[action] = Math.min(first[action], entry.index());
            }
        }
        return first;
    }
}
