// SPDX-License-Identifier: Apache-2.0
package dev.portcullis.e2e.cluster;

import io.fabric8.kubernetes.api.model.Pod;
import java.util.List;

/** The processes of containers, as the node counts them. */
final class NodeProcesses {
    private NodeProcesses() {}

    /** The processes of a container, oldest first. */
    static List<Long> of(Pod pod, String container) {
        String id = Pods.id(pod, container);
        return NodeShell.run(
                        "cat $(find /sys/fs/cgroup -type d -name '*%s*' | head -n 1)/cgroup.procs"
                                .formatted(id))
                .lines()
                .map(Long::valueOf)
                .toList();
    }

    /** The number of a process' namespace: {@code mnt} or {@code pid}. */
    static long namespace(long process, String type) {
        String link = NodeShell.run("readlink /proc/%d/ns/%s".formatted(process, type));
        return Long.parseLong(link.replaceAll("\\D", ""));
    }
}
