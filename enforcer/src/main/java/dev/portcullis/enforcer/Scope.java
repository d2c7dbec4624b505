// SPDX-License-Identifier: Apache-2.0
package dev.portcullis.enforcer;

import dev.portcullis.policy.ruleset.RuleSet;

/**
 * One container under enforcement, as a handle that {@link Enforcer} gives out. Only its enforcer
 * changes it.
 */
public final class Scope {
    private final int number;
    private final String name;
    private RuleSet rules;

    Scope(int number, String name, RuleSet rules) {
        this.number = number;
        this.name = name;
        this.rules = rules;
    }

    /** What the kernel calls it. */
    int number() {
        return number;
    }

    /** What events call it. */
    public String name() {
        return name;
    }

    RuleSet rules() {
        return rules;
    }

    void rules(RuleSet replacement) {
        rules = replacement;
    }
}
