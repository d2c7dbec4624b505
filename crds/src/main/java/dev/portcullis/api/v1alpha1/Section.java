// SPDX-License-Identifier: Apache-2.0
package dev.portcullis.api.v1alpha1;

import java.util.List;

/**
 * All that a policy says about one kind of operation.
 *
 * @param defaultAction what becomes of operations that no rule names
 * @param rules in the order written, which decides only who is named in an event
 * @param <R> the kind of rule
 */
public record Section<R extends Rule>(Action defaultAction, List<R> rules) {
    public Section {
        rules = List.copyOf(rules);
    }

    /** A section that says nothing, as one that is left out. */
    public static <R extends Rule> Section<R> empty() {
        return new Section<>(Action.ALLOW, List.of());
    }
}
