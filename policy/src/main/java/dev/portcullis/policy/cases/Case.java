// SPDX-License-Identifier: Apache-2.0
package dev.portcullis.policy.cases;

import dev.portcullis.policy.explain.Operation;
import dev.portcullis.policy.explain.Outcome;
import dev.portcullis.policy.ruleset.RuleInfo;

/**
 * An operation and what is expected of it.
 *
 * @param operation what is done
 * @param expected what shall be done about it
 * @param rule the rule that shall decide, as {@code spec.process.rules[0]} or {@code
 *     spec.process.rules[0] of default/web}; empty for whichever does
 * @param line its line in the file of cases, from 1
 */
public record Case(Operation operation, Outcome.Result expected, String rule, int line) {
    /** Whether the outcome is what was expected, by the rule that was expected. */
    public boolean isPassedBy(Outcome outcome) {
        return outcome.result() == expected
                && (rule.isEmpty() || outcome.by().filter(this::isExpected).isPresent());
    }

    private boolean isExpected(RuleInfo decided) {
        return rule.equals(decided.field())
                || rule.equals(decided.field() + " of " + decided.qualifiedPolicy());
    }
}
