// SPDX-License-Identifier: Apache-2.0
package dev.portcullis.policy;

import dev.portcullis.policy.ruleset.RuleInfo;
import java.util.List;
import java.util.stream.Collectors;

/** The compiled policies would grow over the budget. Nothing was cut off; there is no result. */
public final class PolicyTooComplexException extends PolicyException {
    private static final long serialVersionUID = 1;

    @SuppressWarnings("serial") // never serialised
    private final List<RuleInfo> rules;

    /**
     * Refuses for this reason.
     *
     * @param what what grew over which budget
     * @param rules those that contribute most, the worst first; empty where none stands out
     */
    public PolicyTooComplexException(String what, List<RuleInfo> rules) {
        super(
                "policies too complex: "
                        + what
                        + (rules.isEmpty()
                                ? ""
                                : rules.stream()
                                        .map(PolicyTooComplexException::name)
                                        .collect(Collectors.joining(", ", "; most by ", ""))));
        this.rules = List.copyOf(rules);
    }

    public List<RuleInfo> rules() {
        return rules;
    }

    private static String name(RuleInfo rule) {
        String place = rule.source().isEmpty() ? "" : " (" + rule.source() + ")";
        return rule.qualifiedPolicy() + " " + rule.field() + place;
    }
}
