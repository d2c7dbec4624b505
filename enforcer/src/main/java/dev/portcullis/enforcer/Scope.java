// SPDX-License-Identifier: Apache-2.0
package dev.portcullis.enforcer;

import dev.portcullis.event.v1alpha1.Container;
import dev.portcullis.policy.ruleset.RuleSet;

/**
 * One container under enforcement, as a handle that {@link Enforcer} gives out. Only its enforcer
 * changes it.
 */
public final class Scope {
    private final int number;
    private Container container;
    private RuleSet rules;

    Scope(int number, Container container, RuleSet rules) {
        this.number = number;
        this.container = container;
        this.rules = rules;
    }

    /** What the kernel calls it. */
    public int number() {
        return number;
    }

    /** What events call it. */
    public String name() {
        return container.getName();
    }

    /** What events say of it. */
    public Container container() {
        return container;
    }

    void container(Container replacement) {
        container = replacement;
    }

    /** What it is judged by. */
    public RuleSet rules() {
        return rules;
    }

    void rules(RuleSet replacement) {
        rules = replacement;
    }
}
