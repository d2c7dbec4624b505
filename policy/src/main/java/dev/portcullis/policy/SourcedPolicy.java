// SPDX-License-Identifier: Apache-2.0
package dev.portcullis.policy;

import dev.portcullis.api.v1alpha1.SecurityPolicy;
import java.util.Map;

/**
 * A policy and where it was written.
 *
 * @param policy what it says
 * @param file as the caller named it; empty where it did not come from a file
 * @param lines line, from 1, by field path such as {@code spec.file.rules[0]} or {@code
 *     spec.process.default}; only of fields that were written
 */
public record SourcedPolicy(SecurityPolicy policy, String file, Map<String, Integer> lines) {
    public SourcedPolicy {
        lines = Map.copyOf(lines);
    }

    /** A policy that did not come from a file. */
    public static SourcedPolicy of(SecurityPolicy policy) {
        return new SourcedPolicy(policy, "", Map.of());
    }

    /** {@code FILE:LINE} of a field, {@code FILE} if it was not written, or empty. */
    public String source(String field) {
        Integer line = lines.get(field);
        return line == null || file.isEmpty() ? file : file + ":" + line;
    }
}
