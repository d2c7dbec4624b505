// SPDX-License-Identifier: Apache-2.0
package dev.portcullis.enforcer.kernel;

import static java.lang.foreign.ValueLayout.JAVA_INT;
import static java.lang.foreign.ValueLayout.JAVA_LONG;

import dev.portcullis.enforcer.ffi.BpfException;
import dev.portcullis.enforcer.ffi.LibBpf;
import dev.portcullis.enforcer.ffi.LibC;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;

/**
 * Waits until every BPF program that runs now has ended, so that what it may still read can be used
 * for something else.
 *
 * <p>Programs of LSM hooks run inside an RCU read section, and a write to a map of maps returns
 * only after a grace period ({@code maybe_wait_bpf_programs} in the kernel's syscall.c, since
 * 4.20). {@code membarrier(MEMBARRIER_CMD_GLOBAL)} waits for one too, but not where only one CPU is
 * online: there it returns at once, while a preemptible kernel may have interrupted a program half
 * way.
 */
final class GracePeriod {
    private static final int ARRAY = 2;
    private static final int ARRAY_OF_MAPS = 12;
    private static final int WORD = Integer.BYTES;

    private GracePeriod() {}

    /**
     * @throws BpfException if the kernel has no memory for the two small maps it takes
     */
    static void await() {
        int inner = LibBpf.createMap(ARRAY, "grace_inner", WORD, WORD, 1, MemorySegment.NULL);
        check("making a map", inner);
        try (Arena arena = Arena.ofConfined()) {
            // struct bpf_map_create_opts of libbpf 1.1: its own size, and inner_map_fd
            MemorySegment options = arena.allocate(48, Long.BYTES);
            options.set(JAVA_LONG, 0, options.byteSize());
            options.set(JAVA_INT, 24, inner);
            int outer = LibBpf.createMap(ARRAY_OF_MAPS, "grace", WORD, WORD, 1, options);
            check("making a map of maps", outer);
            try {
                check(
                        "waiting for running programs",
                        LibBpf.update(
                                outer,
                                arena.allocate(JAVA_INT),
                                arena.allocateFrom(JAVA_INT, inner),
                                0));
            } finally {
                LibC.close(outer);
            }
        } finally {
            LibC.close(inner);
        }
    }

    private static void check(String tried, int result) {
        if (result < 0) {
            throw new BpfException(tried, -result);
        }
    }
}
