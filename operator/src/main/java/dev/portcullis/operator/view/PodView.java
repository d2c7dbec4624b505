// SPDX-License-Identifier: Apache-2.0
package dev.portcullis.operator.view;

import java.util.List;
import java.util.Map;

/**
 * A pod.
 *
 * @param uid {@code metadata.uid}
 * @param cgroupUid how its cgroups are named: the uid, or for the mirror of a static pod the 32 hex
 *     digits of {@code kubernetes.io/config.hash}
 * @param namespace its namespace
 * @param name its name
 * @param labels its labels
 * @param node where it is bound to; empty before
 * @param containers names of all its containers: init, ordinary and ephemeral ones
 * @param finished whether all of its containers have ended for good
 * @param created {@code metadata.creationTimestamp}, which sorts as text
 */
public record PodView(
        String uid,
        String cgroupUid,
        String namespace,
        String name,
        Map<String, String> labels,
        String node,
        List<String> containers,
        boolean finished,
        String created) {
    public PodView {
        labels = Map.copyOf(labels);
        containers = List.copyOf(containers);
    }

    /** Whether a node has to know of it. */
    public boolean isOnNode() {
        return !node.isEmpty() && !finished;
    }
}
