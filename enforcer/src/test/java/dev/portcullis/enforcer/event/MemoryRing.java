// SPDX-License-Identifier: Apache-2.0
package dev.portcullis.enforcer.event;

import static java.lang.foreign.ValueLayout.JAVA_BYTE;
import static java.lang.foreign.ValueLayout.JAVA_INT;
import static java.lang.foreign.ValueLayout.JAVA_LONG;

import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.invoke.VarHandle;

/**
 * The writing end of a ring buffer, as the kernel's kernel/bpf/ringbuf.c plays it: a record is
 * reserved with its busy flag set, the position is published, and the flag goes last. For one
 * writing thread. A record that crosses the end lies in the second half only, which the kernel maps
 * onto the first; nobody reads it there.
 */
final class MemoryRing {
    private static final int BUSY = 1 << 31;
    private static final int DISCARDED = 1 << 30;
    private static final int PAGE = 4096;
    private static final VarHandle POSITION = JAVA_LONG.varHandle();
    private static final VarHandle LENGTH = JAVA_INT.varHandle();

    private final int size;
    private final MemorySegment consumer;
    private final MemorySegment rest;
    private long position;

    MemoryRing(Arena arena, int size) {
        this.size = size;
        consumer = arena.allocate(PAGE, Long.BYTES);
        rest = arena.allocate(PAGE + 2L * size, Long.BYTES);
    }

    /** The reading end. No descriptor wakes it: its waits always time out. */
    RingBuffer reader() {
        return new RingBuffer(-1, consumer, rest, PAGE);
    }

    /** How far the reader has come, in bytes since the beginning. */
    long consumed() {
        return (long) POSITION.getAcquire(consumer, 0L);
    }

    /** How far the writer has come, in bytes since the beginning. */
    long produced() {
        return position;
    }

    /**
     * Writes a record that is not committed yet.
     *
     * @return what to commit or discard; -1 if there is no room
     */
    long reserve(byte[] record) {
        long total = (record.length + 8L + 7) & ~7L;
        if (position + total - consumed() > size) {
            return -1;
        }
        long at = PAGE + (position & (size - 1));
        LENGTH.setRelease(rest, at, record.length | BUSY);
        MemorySegment.copy(record, 0, rest, JAVA_BYTE, at + 8, record.length);
        position += total;
        POSITION.setRelease(rest, 0L, position);
        return at;
    }

    void commit(long reserved) {
        LENGTH.setRelease(rest, reserved, (int) LENGTH.get(rest, reserved) & ~BUSY);
    }

    void discard(long reserved) {
        LENGTH.setRelease(rest, reserved, (int) LENGTH.get(rest, reserved) & ~BUSY | DISCARDED);
    }

    /** Writes and commits a record. */
    boolean write(byte[] record) {
        long reserved = reserve(record);
        if (reserved >= 0) {
            commit(reserved);
        }
        return reserved >= 0;
    }
}
