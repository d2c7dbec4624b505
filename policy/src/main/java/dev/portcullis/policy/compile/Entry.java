// SPDX-License-Identifier: Apache-2.0
package dev.portcullis.policy.compile;

import dev.portcullis.api.v1alpha1.Action;
import dev.portcullis.api.v1alpha1.Rule;
import dev.portcullis.api.v1alpha1.Section;
import dev.portcullis.api.v1alpha1.Tier;
import dev.portcullis.policy.ruleset.RuleInfo;
import org.jspecify.annotations.Nullable;

/**
 * A rule or a default, with its place in the canonical order.
 *
 * @param index its index in the rule set
 * @param tier whose word it is
 * @param action what it says
 * @param enforced whether its policy is in mode Enforce
 * @param section the section that it stands in
 * @param rule null for a default
 * @param info what events tell about it
 */
record Entry(
        int index,
        Tier tier,
        Action action,
        boolean enforced,
        Section<?> section,
        @Nullable Rule rule,
        RuleInfo info) {
    /** Whether nobody wrote it: what {@link MountRefusal} adds. */
    boolean isImplied() {
        return info.field().equals(MountRefusal.FIELD);
    }

    /** Whether it says nothing where a rule of its tier does. */
    boolean isDefault() {
        return rule == null || isImplied();
    }
}
