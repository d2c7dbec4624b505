// SPDX-License-Identifier: Apache-2.0
package dev.portcullis.api.v1alpha1;

import com.fasterxml.jackson.annotation.JsonPropertyDescription;
import java.util.List;

/**
 * What became of a policy; written by the operator.
 *
 * @param observedGeneration the generation that the rest speaks of
 * @param mode how it takes effect, after the labels of its namespace: {@code Enforce}, {@code
 *     Audit} or {@code Off}
 * @param pods how many pods it reaches
 * @param blocked operations that it refused
 * @param killed operations that it answered with SIGKILL
 * @param wouldBlock operations that it would have refused in mode Enforce
 * @param conditions Accepted and Programmed
 */
public record SecurityPolicyStatus(
        @JsonPropertyDescription("The generation of the policy that the status speaks of.")
                long observedGeneration,
        @JsonPropertyDescription(
                        "How the policy takes effect, after the label portcullis.dev/mode of its"
                                + " namespace: Enforce, Audit or Off; Mixed where namespaces differ.")
                String mode,
        @JsonPropertyDescription("How many pods the policy reaches.") PodCounts pods,
        @JsonPropertyDescription("Operations that the policy refused.") long blocked,
        @JsonPropertyDescription("Operations that the policy answered with SIGKILL.") long killed,
        @JsonPropertyDescription("Operations that the policy would have refused in mode Enforce.")
                long wouldBlock,
        @JsonPropertyDescription(
                        "Accepted: the policy can be enforced exactly as written; else the message"
                                + " says what is wrong, and where. Programmed: every ready node that"
                                + " runs a selected pod has confirmed the policy's rules.")
                List<Condition> conditions) {
    public SecurityPolicyStatus {
        conditions = List.copyOf(conditions);
    }
}
