// SPDX-License-Identifier: Apache-2.0
package dev.portcullis.policy.diff;

import dev.portcullis.policy.SourcedPolicy;
import java.util.List;
import java.util.Optional;

/**
 * What became of one policy.
 *
 * @param before empty if it is new
 * @param now empty if it is gone; not both are empty
 * @param fields that select or set the mode and do not say what they said
 * @param differences of its rules and defaults, in the mode it has now
 */
public record PolicyDifference(
        Optional<SourcedPolicy> before,
        Optional<SourcedPolicy> now,
        List<FieldChange> fields,
        List<Difference> differences) {
    /**
     * Another value of a field.
     *
     * @param field such as {@code spec.podSelector}
     * @param before what it said, for people
     * @param now what it says
     */
    public record FieldChange(String field, String before, String now) {}

    public PolicyDifference {
        fields = List.copyOf(fields);
        differences = List.copyOf(differences);
    }

    /** The policy, as it is now, or was. */
    public SourcedPolicy policy() {
        return now.or(() -> before).orElseThrow();
    }

    /** Whether it means what it meant. */
    boolean isNone() {
        return fields.isEmpty() && differences.isEmpty();
    }
}
