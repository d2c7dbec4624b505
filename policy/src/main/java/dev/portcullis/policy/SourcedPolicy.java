// SPDX-License-Identifier: Apache-2.0
package dev.portcullis.policy;

import dev.portcullis.api.v1alpha1.Mode;
import dev.portcullis.api.v1alpha1.Policy;
import java.util.Map;

/**
 * A policy and where it was written.
 *
 * @param policy what it says
 * @param file as the caller named it; empty where it did not come from a file
 * @param lines line, from 1, by field path such as {@code spec.file.rules[0]} or {@code
 *     spec.process.default}; only of fields that were written
 */
public record SourcedPolicy(Policy policy, String file, Map<String, Integer> lines) {
    public SourcedPolicy {
        lines = Map.copyOf(lines);
    }

    /** A policy that did not come from a file. */
    public static SourcedPolicy of(Policy policy) {
        return new SourcedPolicy(policy, "", Map.of());
    }

    /** The same policy in another mode, such as its effective one. */
    public SourcedPolicy withMode(Mode mode) {
        return new SourcedPolicy(policy.withMode(mode), file, lines);
    }

    /** {@code FILE:LINE} of a field, {@code FILE} if it was not written, or empty. */
    public String source(String field) {
        Integer line = lines.get(field);
        return line == null || file.isEmpty() ? file : file + ":" + line;
    }
}
