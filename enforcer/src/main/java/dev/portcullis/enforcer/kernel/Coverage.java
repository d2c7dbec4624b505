// SPDX-License-Identifier: Apache-2.0
package dev.portcullis.enforcer.kernel;

/** Which tasks the kernel programs look for a scope for. */
public enum Coverage {
    /** Those in namespaces that the agent was told of. */
    BOUND,
    /**
     * Those, and every other task from the first program on that it executes in a root directory, a
     * mount and a PID namespace that are all not the host's.
     */
    CONTAINERS,
    /**
     * Those in the containers of a kubelet's pods, told apart by their cgroups. The kernel goes on
     * when the agent ends, and the next agent takes over.
     */
    PODS
}
