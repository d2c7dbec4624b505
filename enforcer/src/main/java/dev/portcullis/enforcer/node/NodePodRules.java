// SPDX-License-Identifier: Apache-2.0
package dev.portcullis.enforcer.node;

import dev.portcullis.node.v1alpha1.Pod;
import java.util.Collection;
import java.util.HashSet;
import java.util.Set;

/** Which rule sets pods refer to. */
final class NodePodRules {
    private NodePodRules() {}

    static Set<String> of(Collection<Pod> pods) {
        Set<String> ids = new HashSet<>();
        for (Pod pod : pods) {
            ids.addAll(pod.getContainersMap().values());
            ids.add(pod.getOthers());
            ids.add(pod.getUnnamed());
        }
        ids.remove("");
        return ids;
    }
}
