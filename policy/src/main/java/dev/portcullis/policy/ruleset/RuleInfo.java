// SPDX-License-Identifier: Apache-2.0
package dev.portcullis.policy.ruleset;

import dev.portcullis.api.v1alpha1.Tier;
import java.util.Map;

/**
 * What an event tells about the rule that decided.
 *
 * @param policy name of the policy
 * @param namespace its namespace; empty for a ClusterSecurityPolicy
 * @param field the rule's place in it, such as {@code spec.file.rules[0]} or {@code
 *     spec.process.default}
 * @param source {@code FILE:LINE}, or empty where the policy did not come from a file
 * @param action {@code Allow}, {@code Audit}, {@code Block} or {@code Kill}
 * @param severity 1 to 10, or 0 where the policy names none
 * @param message the policy's message, or empty
 * @param labels the policy's event labels
 */
public record RuleInfo(
        String policy,
        String namespace,
        String field,
        String source,
        String action,
        int severity,
        String message,
        Map<String, String> labels) {
    public RuleInfo {
        labels = Map.copyOf(labels);
    }

    /** Whose word it is. */
    public Tier tier() {
        return namespace.isEmpty() ? Tier.CLUSTER : Tier.NAMESPACE;
    }

    /** {@code NAMESPACE/NAME} of the policy, or {@code NAME} of a ClusterSecurityPolicy. */
    public String qualifiedPolicy() {
        return namespace.isEmpty() ? policy : namespace + "/" + policy;
    }
}
