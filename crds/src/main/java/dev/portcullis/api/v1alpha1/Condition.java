// SPDX-License-Identifier: Apache-2.0
package dev.portcullis.api.v1alpha1;

import com.fasterxml.jackson.annotation.JsonPropertyDescription;
import io.fabric8.generator.annotation.Pattern;
import io.fabric8.generator.annotation.Required;
import io.fabric8.generator.annotation.Size;

/**
 * One aspect of a resource's state, of the form that Kubernetes' own resources have.
 *
 * @param type which aspect, such as {@code Accepted}
 * @param status {@code True}, {@code False} or {@code Unknown}
 * @param observedGeneration the generation of the resource that this was said of
 * @param lastTransitionTime when {@code status} last changed, RFC 3339
 * @param reason one word in CamelCase
 * @param message a sentence, with the cure where there is one. Not empty: API server 1.20, built
 *     with Go 1.19 as Debian's is, takes the empty string for null and refuses it
 */
public record Condition(
        @Required @JsonPropertyDescription("Which aspect: Accepted or Programmed.") @Size(max = 316)
                String type,
        @Required
                @JsonPropertyDescription("True, False or Unknown.")
                @Pattern("^(True|False|Unknown)$")
                String status,
        @JsonPropertyDescription("The generation of the resource that this was said of.")
                long observedGeneration,
        @Required @JsonPropertyDescription("When status last changed.") String lastTransitionTime,
        @Required @JsonPropertyDescription("One word in CamelCase.") @Size(min = 1, max = 1024)
                String reason,
        @Required @JsonPropertyDescription("A sentence.") @Size(max = 32768) String message) {}
