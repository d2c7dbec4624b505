// SPDX-License-Identifier: Apache-2.0
package dev.portcullis.enforcer.kernel;

import static java.lang.foreign.ValueLayout.JAVA_BYTE;
import static java.lang.foreign.ValueLayout.JAVA_INT;
import static java.lang.foreign.ValueLayout.JAVA_LONG;

import dev.portcullis.enforcer.ffi.LibC;
import dev.portcullis.enforcer.layout.Layouts;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.StructLayout;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/**
 * Tasks that the kernel programs hold in their execve until an agent has said what their container
 * is. The programs hold only while the agent keeps promising to look after them.
 */
public final class HeldTasks {
    /**
     * One of them.
     *
     * @param pid as the host counts
     * @param pod the UID in its cgroup's name, 32 digits
     * @param container the id in its cgroup's name, 64 digits, or empty where that names none
     * @param since nanoseconds since boot
     */
    public record Held(int pid, String pod, String container, long since) {}

    private final Control control;
    private final BpfMap held;

    HeldTasks(Control control, BpfMap held) {
        this.control = control;
        this.held = held;
    }

    public HeldTasks(BpfObject object) {
        this(new Control(object), object.map(KernelPrograms.HELD));
    }

    /**
     * Has tasks held from now on.
     *
     * @param nanoseconds for how long, if this is not called again
     */
    public void promise(long nanoseconds) {
        control.holdUntil(LibC.bootTime() + nanoseconds);
    }

    /** Those that wait now. Tasks that died while they waited are forgotten on the way. */
    public List<Held> list() {
        List<Held> found = new ArrayList<>();
        try (Arena arena = Arena.ofConfined()) {
            MemorySegment value = arena.allocate(Layouts.HELD);
            for (MemorySegment key : held.keys(arena, JAVA_INT.byteSize())) {
                int pid = key.get(JAVA_INT, 0);
                if (!Files.exists(Path.of("/proc", Integer.toUnsignedString(pid)))) {
                    held.remove(key);
                } else if (held.get(key, value)) {
                    found.add(
                            new Held(
                                    pid,
                                    text(value, Layouts.HELD, "pod", Layouts.POD_UID),
                                    text(value, Layouts.HELD, "container", Layouts.CONTAINER_ID),
                                    value.get(JAVA_LONG, Layouts.offset(Layouts.HELD, "since"))));
                }
            }
        }
        return found;
    }

    /** A member of ASCII digits; empty where it is all zeros. */
    static String text(MemorySegment struct, StructLayout layout, String member, int length) {
        byte[] bytes = struct.asSlice(Layouts.offset(layout, member), length).toArray(JAVA_BYTE);
        return bytes[0] == 0 ? "" : new String(bytes, StandardCharsets.US_ASCII);
    }

    /**
     * Continues a task, which then begins its execve anew. It stays listed until the kernel has
     * found its scope, as it may be held after this was decided and before it was stopped: so call
     * this again while it is listed.
     */
    public void release(Held task) {
        LibC.continueProcess(task.pid());
    }

    /** Ends the holding, and continues all. */
    public void releaseAll() {
        control.holdUntil(0);
        // A program that began before that may still be about to hold one.
        GracePeriod.await();
        try (Arena arena = Arena.ofConfined()) {
            for (MemorySegment key : held.keys(arena, JAVA_INT.byteSize())) {
                LibC.continueProcess(key.get(JAVA_INT, 0));
                held.remove(key);
            }
        }
    }
}
