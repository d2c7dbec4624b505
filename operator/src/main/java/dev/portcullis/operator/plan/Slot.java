// SPDX-License-Identifier: Apache-2.0
package dev.portcullis.operator.plan;

import dev.portcullis.operator.select.PolicySet;

/**
 * What a container is judged by.
 *
 * @param ruleSet its id; empty for the rule set that refuses nothing
 * @param policies what it was compiled from
 */
public record Slot(String ruleSet, PolicySet policies) {
    /** Nothing is refused. */
    static final Slot EMPTY = new Slot("", PolicySet.EMPTY);
}
