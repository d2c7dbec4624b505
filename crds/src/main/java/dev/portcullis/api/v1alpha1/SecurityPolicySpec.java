// SPDX-License-Identifier: Apache-2.0
package dev.portcullis.api.v1alpha1;

import java.util.List;
import java.util.Map;

/**
 * What a {@link Policy} says.
 *
 * @param podSelector pods of the policy's namespace, or of the namespaces that it selects
 * @param containers names of containers in those pods; empty is all of them
 * @param mode whether to refuse
 * @param severity 1 to 10, or 0 where the policy names none
 * @param message travels into every event; may be empty
 * @param labels travel into every event
 * @param process about executing files
 * @param file about access to files
 * @param network about peers
 */
public record SecurityPolicySpec(
        LabelSelector podSelector,
        List<String> containers,
        Mode mode,
        int severity,
        String message,
        Map<String, String> labels,
        Section<ProcessRule> process,
        Section<FileRule> file,
        Section<NetworkRule> network) {
    public SecurityPolicySpec {
        containers = List.copyOf(containers);
        labels = Map.copyOf(labels);
    }

    /** The same in another mode. */
    public SecurityPolicySpec withMode(Mode other) {
        return new SecurityPolicySpec(
                podSelector, containers, other, severity, message, labels, process, file, network);
    }
}
