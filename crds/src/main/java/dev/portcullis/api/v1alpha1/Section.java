// SPDX-License-Identifier: Apache-2.0
package dev.portcullis.api.v1alpha1;

import com.fasterxml.jackson.annotation.JsonProperty;
import com.fasterxml.jackson.annotation.JsonPropertyDescription;
import io.fabric8.generator.annotation.Size;
import java.util.List;

/**
 * All that a policy says about one kind of operation.
 *
 * @param defaultAction what becomes of operations that no rule names
 * @param rules in the order written, which decides only who is named in an event
 * @param <R> the kind of rule
 */
public record Section<R extends Rule>(
        @JsonProperty("default")
                @JsonPropertyDescription(
                        "What becomes of operations that no Kill, Block or Allow rule names. Absent is"
                                + " Allow. Among the policies that select a container the strictest"
                                + " counts.")
                Action defaultAction,
        @JsonPropertyDescription("The rules. Of those that match, the strictest counts.")
                @Size(max = Syntax.MAX_ITEMS)
                List<R> rules) {
    public Section {
        rules = List.copyOf(rules);
    }

    /** A section that says nothing, as one that is left out. */
    public static <R extends Rule> Section<R> empty() {
        return new Section<>(Action.ALLOW, List.of());
    }
}
