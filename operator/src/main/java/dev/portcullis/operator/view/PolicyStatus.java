// SPDX-License-Identifier: Apache-2.0
package dev.portcullis.operator.view;

import java.util.List;
import java.util.Optional;

/**
 * The {@code status} of a policy.
 *
 * @param observedGeneration the generation that it speaks of; 0 where there is no status yet
 * @param mode {@code Enforce}, {@code Audit} or {@code Off}: what is in effect; may be empty
 * @param matched pods on nodes that the policy selects
 * @param enforced those of them whose node has acknowledged the current rule set
 * @param counts what it did in the whole cluster
 * @param conditions by type
 */
public record PolicyStatus(
        long observedGeneration,
        String mode,
        int matched,
        int enforced,
        Counts counts,
        List<Condition> conditions) {
    /** The status of a policy that has none. */
    public static final PolicyStatus NONE = new PolicyStatus(0, "", 0, 0, Counts.ZERO, List.of());

    public PolicyStatus {
        conditions = List.copyOf(conditions);
    }

    /** The condition of a type. */
    public Optional<Condition> condition(String type) {
        return conditions.stream().filter(condition -> condition.type().equals(type)).findFirst();
    }

    /**
     * A condition as Kubernetes has them.
     *
     * @param type {@code Accepted} or {@code Programmed}
     * @param status whether it holds
     * @param reason one word in camel case
     * @param message for people
     * @param lastTransitionTime RFC 3339; when {@code status} changed last
     * @param observedGeneration the generation that it speaks of
     */
    public record Condition(
            String type,
            boolean status,
            String reason,
            String message,
            String lastTransitionTime,
            long observedGeneration) {}
}
