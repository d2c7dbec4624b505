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
    private Precedence() {}

    /**
     * The verdict of one lane on one operation.
     *
     * @param applying the rules that match the operation and the defaults of its section, in any
     *     order
     */
    static Ruling decide(Collection<Entry> applying) {
        Ruling ruling = Ruling.NONE;
        for (Tier tier : Tier.values()) {
            ruling =
                    ruling.stricter(
                            decideTier(
                                    applying.stream()
                                            .filter(entry -> entry.tier() == tier)
                                            .toList()));
        }
        return ruling;
    }

    private static Ruling decideTier(Collection<Entry> applying) {
        int[] byRule = firstOfEach(applying, false);
        Ruling refusal = refusal(byRule);
        if (refusal.isBySomebody()) {
            return refusal;
        }
        int audit = byRule[Action.AUDIT.ordinal()];
        int allow = byRule[Action.ALLOW.ordinal()];
        if (allow == Ruling.NOBODY) {
            int[] byDefault = firstOfEach(applying, true);
            refusal = refusal(byDefault);
            if (refusal.isBySomebody()) {
                return refusal;
            }
            audit = audit == Ruling.NOBODY ? byDefault[Action.AUDIT.ordinal()] : audit;
        }
        return audit == Ruling.NOBODY
                ? new Ruling(Verdict.ALLOW, allow)
                : Ruling.of(Verdict.REPORT, audit);
    }

    /** Refusal by the first that could refuse, for an operation of which nothing is known. */
    static Ruling unresolved(Collection<Entry> governing) {
        int[] first = firstOfEach(governing, false);
        int[] byDefault = firstOfEach(governing, true);
        Arrays.setAll(first, action -> Math.min(first[action], byDefault[action]));
        return refusal(first);
    }

    private static Ruling refusal(int[] first) {
        if (first[Action.KILL.ordinal()] != Ruling.NOBODY) {
            return Ruling.of(Verdict.REFUSE | Verdict.KILL, first[Action.KILL.ordinal()]);
        }
        if (first[Action.BLOCK.ordinal()] != Ruling.NOBODY) {
            return Ruling.of(Verdict.REFUSE, first[Action.BLOCK.ordinal()]);
        }
        return Ruling.NONE;
    }

    private static int[] firstOfEach(Collection<Entry> applying, boolean defaults) {
        int[] first = new int[Action.values().length];
        Arrays.fill(first, Ruling.NOBODY);
        for (Entry entry : applying) {
            if (entry.isDefault() == defaults) {
                int action = entry.action().ordinal();
                first[action] = Math.min(first[action], entry.index());
            }
        }
        return first;
    }
}
