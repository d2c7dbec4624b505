// SPDX-License-Identifier: Apache-2.0
package dev.portcullis.operator.plan;

import dev.portcullis.node.v1alpha1.Pod;
import java.util.HashMap;
import java.util.HashSet;
import java.util.Map;
import java.util.Set;
import java.util.stream.Stream;

/**
 * What a node shall know.
 *
 * @param pods by {@code cgroupUid}
 * @param complete whether all pods of the node are in it. One that is left out has a rule set that
 *     is still being compiled; told in a snapshot, that would have the node forget the pod
 */
public record DesiredNode(Map<String, Pod> pods, boolean complete) {
    /** No pod. */
    public static final DesiredNode EMPTY = new DesiredNode(Map.of(), true);

    public DesiredNode {
        pods = Map.copyOf(pods);
    }

    /** Ids of the rule sets that pods refer to; without the empty one. */
    public static Set<String> ruleSets(Iterable<Pod> pods) {
        Set<String> ids = new HashSet<>();
        for (Pod pod : pods) {
            Stream.concat(
                            pod.getContainersMap().values().stream(),
                            Stream.of(pod.getOthers(), pod.getUnnamed()))
                    .filter(id -> !id.isEmpty())
                    .forEach(ids::add);
        }
        return ids;
    }

    static DesiredNode of(Map<String, DesiredPod> pods, boolean complete) {
        Map<String, Pod> messages = new HashMap<>();
        pods.forEach((uid, pod) -> messages.put(uid, pod.message()));
        return new DesiredNode(messages, complete);
    }
}
