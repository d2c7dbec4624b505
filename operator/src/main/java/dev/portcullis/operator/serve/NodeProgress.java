// SPDX-License-Identifier: Apache-2.0
package dev.portcullis.operator.serve;

import dev.portcullis.node.v1alpha1.Pod;
import dev.portcullis.node.v1alpha1.Report;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * How far a node has come, as its enforcer tells.
 *
 * @param node its name
 * @param connected whether its enforcer has a stream now
 * @param backend how refusals are made there; empty where it has never said
 * @param kernel {@code uname -r}; empty where it has never said
 * @param version the newest that it has acknowledged to this operator; 0 for none
 * @param pods as it has acknowledged them, by uid; those of its last stream after it was lost,
 *     since a node goes on enforcing
 * @param failures rule sets that could not be put into its kernel, with the reason
 * @param report its last report; null where there was none
 * @param reported when that was
 */
public record NodeProgress(
        String node,
        boolean connected,
        String backend,
        String kernel,
        long version,
        Map<String, Pod> pods,
        Map<String, String> failures,
        @Nullable Report report,
        @Nullable Instant reported) {
    /** A node whose enforcer this operator has not heard of. */
    public static NodeProgress unheard(String node) {
        return new NodeProgress(node, false, "", "", 0, Map.of(), Map.of(), null, null);
    }

    /** What is not as it should be there. */
    public List<String> degraded() {
        return report == null ? List.of() : List.copyOf(report.getDegradedList());
    }

    NodeProgress disconnect() {
        return new NodeProgress(
                node, false, backend, kernel, version, pods, failures, report, reported);
    }
}
