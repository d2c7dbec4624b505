// SPDX-License-Identifier: Apache-2.0
package dev.portcullis.enforcer.kernel;

import static java.lang.foreign.ValueLayout.JAVA_INT;
import static java.lang.foreign.ValueLayout.JAVA_LONG;

import dev.portcullis.enforcer.layout.Layouts;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;

/** What an agent tells the kernel programs. Not safe for use by several threads. */
public final class Control {
    private final BpfMap map;

    Control(BpfMap map) {
        this.map = map;
    }

    public Control(BpfObject object) {
        this(object.map(KernelPrograms.CONTROL));
    }

    /**
     * Says until when tasks may be held. Not beyond the end of this process, which the programs
     * know.
     *
     * @param time in nanoseconds since boot
     */
    void holdUntil(long time) {
        try (Arena arena = Arena.ofConfined()) {
            MemorySegment value = read(arena);
            value.set(JAVA_LONG, Layouts.offset(Layouts.CONTROL, "hold_until"), time);
            map.put(0, value);
        }
    }

    /** Whether the programs know the host's root directory. */
    public boolean knowsHostRoot() {
        try (Arena arena = Arena.ofConfined()) {
            return read(arena).get(JAVA_LONG, Layouts.offset(Layouts.CONTROL, "host_root")) != 0;
        }
    }

    /** Begins another count of the scopes that have tasks; returns its number, never 0. */
    public int nextRound() {
        long offset = Layouts.offset(Layouts.CONTROL, "round");
        try (Arena arena = Arena.ofConfined()) {
            MemorySegment value = read(arena);
            int round = value.get(JAVA_INT, offset) + 1;
            value.set(JAVA_INT, offset, round == 0 ? 1 : round);
            map.put(0, value);
            return value.get(JAVA_INT, offset);
        }
    }

    private MemorySegment read(Arena arena) {
        MemorySegment value = arena.allocate(Layouts.CONTROL);
        map.get(0, value);
        return value;
    }
}
