// SPDX-License-Identifier: Apache-2.0
package dev.portcullis.policy.explain;

import dev.portcullis.api.v1alpha1.Action;
import dev.portcullis.policy.compile.Ruling;
import dev.portcullis.policy.ruleset.RuleInfo;
import java.util.List;
import java.util.Optional;

/**
 * What becomes of an operation, and by whom.
 *
 * @param action what becomes of it; {@link Action#AUDIT} is allowed and reported
 * @param by the rule or default that decided; empty where nothing speaks of the operation
 */
public record Decision(Action action, Optional<RuleInfo> by) {
    /**
     * A ruling in the words of people.
     *
     * @param rules what the ruling names by index; who is not among them is nobody
     */
    public static Decision of(Ruling ruling, List<RuleInfo> rules) {
        return new Decision(
                Action.values()[ruling.strictness()],
                ruling.by() < rules.size()
                        ? Optional.of(rules.get(ruling.by()))
                        : Optional.empty());
    }
}
