// SPDX-License-Identifier: Apache-2.0
package dev.portcullis.operator.view;

import dev.portcullis.policy.SourcedPolicy;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * A policy of either kind, read.
 *
 * @param key which
 * @param uid {@code metadata.uid}
 * @param generation {@code metadata.generation}, of what is written now
 * @param accepted what holds: the newest generation that could be read. Where what is written now
 *     cannot, that is the one before, if this operator has seen it: a typing error does not lift a
 *     policy
 * @param problems what is wrong with what is written now, a sentence with the field's path each
 * @param labels the policy's own labels
 * @param recorded the status that the resource has
 */
public record PolicyView(
        PolicyKey key,
        String uid,
        long generation,
        Optional<Accepted> accepted,
        List<String> problems,
        Map<String, String> labels,
        PolicyStatus recorded) {
    public PolicyView {
        problems = List.copyOf(problems);
        labels = Map.copyOf(labels);
    }

    /**
     * What could be read.
     *
     * @param generation of which generation it is
     * @param source what it says
     */
    public record Accepted(long generation, SourcedPolicy source) {}
}
