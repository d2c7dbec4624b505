// SPDX-License-Identifier: Apache-2.0
package dev.portcullis.policy.cases;

import java.util.Map;
import java.util.Optional;

/**
 * What policies select. What is left out matches whatever a policy asks for.
 *
 * @param namespace its namespace
 * @param labels what podSelector looks at
 * @param container the container's name
 * @param namespaceLabels what namespaceSelector looks at
 * @param namespaceMode value of the namespace's label portcullis.dev/mode
 */
public record Pod(
        Optional<String> namespace,
        Optional<Map<String, String>> labels,
        Optional<String> container,
        Optional<Map<String, String>> namespaceLabels,
        Optional<String> namespaceMode) {
    /** Selected by every policy. */
    public static final Pod ANY =
            new Pod(
                    Optional.empty(),
                    Optional.empty(),
                    Optional.empty(),
                    Optional.empty(),
                    Optional.empty());
}
