// SPDX-License-Identifier: Apache-2.0
package dev.portcullis.enforcer.node;

/**
 * A container as its runtime describes it.
 *
 * @param id what the runtime calls it, 64 hexadecimal digits
 * @param podUid as in the names of its cgroups, without separators: 32 hexadecimal digits
 * @param staticPod whether the kubelet has its pod from a file: its UID is then a hash
 * @param namespace the pod's
 * @param pod the pod's name
 * @param name the container's name in the pod; empty for the sandbox
 * @param sandbox whether it holds the pod's namespaces and is none of the pod's own containers
 */
record ContainerInfo(
        String id,
        String podUid,
        boolean staticPod,
        String namespace,
        String pod,
        String name,
        boolean sandbox) {}
