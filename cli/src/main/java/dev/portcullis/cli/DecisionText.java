// SPDX-License-Identifier: Apache-2.0
package dev.portcullis.cli;

import dev.portcullis.policy.explain.Decision;
import dev.portcullis.policy.ruleset.RuleInfo;
import java.util.Locale;

/** Decisions in words. */
final class DecisionText {
    private DecisionText() {}

    /** What becomes of an operation and by which rule, such as {@code refused by ...}. */
    static String of(Decision decision) {
        String action =
                switch (decision.action()) {
                    case ALLOW -> "allowed";
                    case AUDIT -> "allowed and reported";
                    case BLOCK -> "refused";
                    case KILL -> "refused and killed";
                };
        return action
                + decision.by().map(rule -> " by " + of(rule)).orElse(": no rule speaks of it");
    }

    /** A rule and where it stands. */
    static String of(RuleInfo rule) {
        return "%s of %s (%s, %s), %s tier"
                .formatted(
                        rule.field(),
                        rule.qualifiedPolicy(),
                        rule.action(),
                        rule.source(),
                        rule.tier().name().toLowerCase(Locale.ROOT));
    }
}
