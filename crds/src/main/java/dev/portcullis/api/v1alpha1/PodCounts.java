// SPDX-License-Identifier: Apache-2.0
package dev.portcullis.api.v1alpha1;

import com.fasterxml.jackson.annotation.JsonPropertyDescription;

/**
 * How many pods a policy reaches.
 *
 * @param matched pods that it selects and that are bound to a node
 * @param enforced those of them whose node has confirmed its rule set
 */
public record PodCounts(
        @JsonPropertyDescription("Pods that the policy selects and that are bound to a node.")
                int matched,
        @JsonPropertyDescription("Those of them whose node has confirmed the policy's rules.")
                int enforced) {}
