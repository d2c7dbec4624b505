// SPDX-License-Identifier: Apache-2.0
package dev.portcullis.api.v1alpha1;

import com.fasterxml.jackson.annotation.JsonValue;

/** What a system rule governs: what changes the kernel, or what other tasks see of it. */
public enum SystemOperation implements Named {
    /** Every change of what is mounted where: mount, remount, move, unmount, pivot_root. */
    MOUNT("Mount"),

    /** Attaching to another process, reading or writing its memory, asking to be traced. */
    PTRACE("Ptrace"),

    /** Making a user namespace. */
    USER_NAMESPACE("UserNamespace"),

    /** The system call bpf(). */
    BPF("Bpf"),

    /** Loading a kernel module. */
    MODULE_LOAD("ModuleLoad"),

    /** Loading another kernel to run in place of this one. */
    KEXEC("Kexec");

    private final String text;

    SystemOperation(String text) {
        this.text = text;
    }

    @Override
    @JsonValue
    public String text() {
        return text;
    }
}
