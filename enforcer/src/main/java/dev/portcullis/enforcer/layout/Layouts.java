// SPDX-License-Identifier: Apache-2.0
package dev.portcullis.enforcer.layout;

import static java.lang.foreign.ValueLayout.JAVA_BYTE;
import static java.lang.foreign.ValueLayout.JAVA_INT;
import static java.lang.foreign.ValueLayout.JAVA_LONG;

import java.lang.foreign.MemoryLayout;
import java.lang.foreign.MemoryLayout.PathElement;
import java.lang.foreign.StructLayout;
import java.util.List;

/**
 * The structs of {@code bpf-lsm/src/portcullis.h} as Java sees them, in one place. {@link
 * LayoutCheck} holds them against the BPF object before it is loaded.
 */
public final class Layouts {
    /** {@code ABI_VERSION} of the header. */
    public static final int ABI_VERSION = 8;

    /** {@code PATH_LIMIT} of the header, in bytes. */
    public static final int PATH_LIMIT = 4096;

    /** {@code SUBJECT_LIMIT} of the header, in bytes. */
    public static final int SUBJECT_LIMIT = 1024;

    public static final StructLayout NAMESPACES =
            struct("namespaces", JAVA_INT.withName("mount"), JAVA_INT.withName("pid"));

    /** Bytes of {@code struct pod_uid}: hexadecimal digits in ASCII. */
    public static final int POD_UID = 32;

    /** Bytes of {@code struct container_id}: hexadecimal digits in ASCII. */
    public static final int CONTAINER_ID = 64;

    /** Bytes of a SHA-256. */
    public static final int HASH = 32;

    public static final StructLayout SCOPE =
            struct(
                    "scope",
                    JAVA_INT.withName("number"),
                    JAVA_INT.withName("rule_set"),
                    JAVA_INT.withName("seen"),
                    JAVA_INT.withName("padding"),
                    bytes(POD_UID, "pod"),
                    bytes(CONTAINER_ID, "container"));

    public static final StructLayout BINDING =
            struct(
                    "binding",
                    JAVA_INT.withName("scope"),
                    JAVA_INT.withName("level"),
                    JAVA_LONG.withName("cgroup"));

    public static final StructLayout POD = struct("pod", JAVA_INT.withName("scope"));

    public static final StructLayout HELD =
            struct(
                    "held",
                    bytes(POD_UID, "pod"),
                    bytes(CONTAINER_ID, "container"),
                    JAVA_LONG.withName("since"));

    public static final StructLayout CONTROL =
            struct(
                    "control",
                    JAVA_LONG.withName("hold_until"),
                    JAVA_LONG.withName("host_root"),
                    JAVA_INT.withName("round"),
                    JAVA_INT.withName("agent"),
                    JAVA_LONG.withName("agent_started"));

    public static final StructLayout RULE_SET =
            struct(
                    "rule_set",
                    bytes(HASH, "id"),
                    JAVA_INT.withName("number"),
                    JAVA_INT.withName("first"),
                    JAVA_INT.withName("cells"),
                    JAVA_INT.withName("counters"),
                    JAVA_INT.withName("rules"),
                    JAVA_INT.withName("starts"),
                    JAVA_INT.withName("unresolved"),
                    JAVA_INT.withName("classes"),
                    JAVA_INT.withName("unknown"),
                    JAVA_INT.withName("subject"),
                    JAVA_INT.withName("asked"),
                    JAVA_INT.withName("owned"));

    public static final StructLayout RULE_COUNTER =
            struct(
                    "rule_counter",
                    JAVA_LONG.withName("blocked"),
                    JAVA_LONG.withName("killed"),
                    JAVA_LONG.withName("would_block"),
                    JAVA_LONG.withName("audited"));

    public static final StructLayout SUBJECT =
            struct("subject", JAVA_INT.withName("length"), bytes(SUBJECT_LIMIT, "path"));

    public static final StructLayout EVENT =
            struct(
                    "event",
                    JAVA_LONG.withName("time"),
                    JAVA_LONG.withName("subject"),
                    JAVA_LONG.withName("parent_subject"),
                    JAVA_INT.withName("scope"),
                    JAVA_INT.withName("rule_set"),
                    JAVA_INT.withName("rule"),
                    JAVA_INT.withName("pid"),
                    JAVA_INT.withName("tid"),
                    JAVA_INT.withName("uid"),
                    JAVA_INT.withName("parent_pid"),
                    JAVA_INT.withName("mount_namespace"),
                    JAVA_INT.withName("pid_namespace"),
                    JAVA_INT.withName("suppressed"),
                    bytes(16, "comm"),
                    JAVA_BYTE.withName("outcome"),
                    JAVA_BYTE.withName("operation"),
                    JAVA_BYTE.withName("unresolved"),
                    JAVA_BYTE.withName("kind"),
                    JAVA_INT.withName("length"),
                    JAVA_INT.withName("arguments"),
                    JAVA_INT.withName("arguments_cut"));

    public static final StructLayout PIN_INFO =
            struct(
                    "pin_info",
                    JAVA_INT.withName("abi"),
                    JAVA_INT.withName("agent_pid"),
                    bytes(HASH, "build"));

    /** Everything to compare with the object. */
    public static final List<StructLayout> ALL =
            List.of(
                    NAMESPACES,
                    SCOPE,
                    BINDING,
                    POD,
                    HELD,
                    CONTROL,
                    RULE_SET,
                    RULE_COUNTER,
                    SUBJECT,
                    EVENT,
                    PIN_INFO);

    private Layouts() {}

    private static StructLayout struct(String name, MemoryLayout... members) {
        return MemoryLayout.structLayout(members).withName(name);
    }

    private static MemoryLayout bytes(int count, String name) {
        return MemoryLayout.sequenceLayout(count, JAVA_BYTE).withName(name);
    }

    /** Byte offset of a member. */
    public static long offset(StructLayout struct, String member) {
        return struct.byteOffset(PathElement.groupElement(member));
    }
}
