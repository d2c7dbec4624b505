// SPDX-License-Identifier: Apache-2.0
package dev.portcullis.api.v1alpha1;

import com.fasterxml.jackson.annotation.JsonPropertyDescription;
import java.util.List;

/**
 * The state of one node's enforcer; written by the operator.
 *
 * @param backend how refusals are made, such as {@code lsm}
 * @param kernel release of the kernel
 * @param connected whether the enforcer is connected to the operator
 * @param version what the node has applied
 * @param scopes containers under enforcement
 * @param degraded what is not as it should be, a sentence each
 * @param lastReport when the enforcer last reported, RFC 3339
 */
public record PortcullisNodeStatus(
        @JsonPropertyDescription("How refusals are made: lsm, in the kernel's security hooks.")
                String backend,
        @JsonPropertyDescription("Release of the node's kernel.") String kernel,
        @JsonPropertyDescription(
                        "Whether the node's enforcer is connected to the operator. A node that is not"
                                + " goes on enforcing what it knows.")
                boolean connected,
        @JsonPropertyDescription("The version of the rules that the node has applied.")
                long version,
        @JsonPropertyDescription("Containers that are bound to a rule set.") int scopes,
        @JsonPropertyDescription("What is not as it should be, a sentence each.")
                List<String> degraded,
        @JsonPropertyDescription("When the node's enforcer last reported.") String lastReport) {
    public PortcullisNodeStatus {
        degraded = List.copyOf(degraded);
    }
}
