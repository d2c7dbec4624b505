// SPDX-License-Identifier: Apache-2.0
package dev.portcullis.enforcer.layout;

/** Scopes with a meaning of their own; {@code enum reserved_scope} of {@code portcullis.h}. */
public enum ReservedScope {
    /** Under no policy. */
    HOST,
    /** Without a cluster: every container that nobody named. */
    CONTAINERS,
    /** What holds a pod's namespaces: its entrypoint runs, then nothing. */
    SANDBOX,
    /** Containers of pods that nobody told of while no agent was there to ask. */
    UNTOLD;

    /** What the kernel calls it. */
    public int number() {
        return ordinal();
    }

    /** The first number that is free: {@code SCOPE_COUNT}. */
    public static int count() {
        return values().length;
    }
}
