// SPDX-License-Identifier: Apache-2.0
package dev.portcullis.enforcer.event;

import static java.lang.foreign.ValueLayout.JAVA_INT;
import static java.lang.foreign.ValueLayout.JAVA_LONG;

import dev.portcullis.enforcer.ffi.LibC;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.invoke.VarHandle;
import java.util.function.Consumer;

/**
 * The reading end of a {@code BPF_MAP_TYPE_RINGBUF}, through memory shared with the kernel: 5 ns a
 * record, where libbpf's callback would take an upcall of 32 to 70 ns.
 *
 * <p>The map's file gives three areas: a page with the consumer's position (ours to write), a page
 * with the producer's, and the data, mapped twice in a row so that no record is ever split. Each
 * record has a header of 8 bytes whose first word is the length with two flags: busy (not committed
 * yet) and discarded. See the kernel's Documentation/bpf/ringbuf.rst.
 *
 * <p>For one reader thread. Records are handed over in place: they are valid during the call only.
 */
public final class RingBuffer {
    private static final int BUSY = 1 << 31;
    private static final int DISCARDED = 1 << 30;
    private static final int HEADER = 8;
    private static final VarHandle POSITION = JAVA_LONG.varHandle();
    private static final VarHandle LENGTH = JAVA_INT.varHandle();

    private final int fd;
    private final MemorySegment consumer;
    private final MemorySegment producer;
    private final MemorySegment data;
    private final long mask;

    /**
     * Maps a ring buffer.
     *
     * @param arena owns the mappings
     * @param size of the data in bytes: the map's {@code max_entries}, a power of two
     */
    public RingBuffer(Arena arena, int fd, int size) {
        this(
                fd,
                LibC.map(
                        arena,
                        fd,
                        0,
                        LibC.pageSize(),
                        LibC.PROT_READ | LibC.PROT_WRITE,
                        "the ring buffer's reader page"),
                LibC.map(
                        arena,
                        fd,
                        LibC.pageSize(),
                        LibC.pageSize() + 2L * size,
                        LibC.PROT_READ,
                        "the ring buffer"),
                LibC.pageSize());
    }

    /**
     * @param consumer the reader's position
     * @param rest the writer's position, and behind that the data, twice
     * @param dataAt where in {@code rest} the data begins
     */
    RingBuffer(int fd, MemorySegment consumer, MemorySegment rest, long dataAt) {
        this.fd = fd;
        this.consumer = consumer;
        producer = rest.asSlice(0, dataAt);
        data = rest.asSlice(dataAt);
        long size = data.byteSize() / 2;
        if (Long.bitCount(size) != 1) {
            throw new IllegalArgumentException("a ring buffer of " + size + " bytes");
        }
        mask = size - 1;
    }

    /**
     * Waits for records.
     *
     * @return whether there may be some; false on a time-out
     */
    public boolean await(int milliseconds) {
        return LibC.awaitReadable(fd, milliseconds);
    }

    /**
     * Hands over every committed record, in order, and frees its room.
     *
     * @return how many there were
     */
    public int drain(Consumer<MemorySegment> records) {
        int count = 0;
        long position = (long) POSITION.get(consumer, 0L);
        while (position < (long) POSITION.getAcquire(producer, 0L)) {
            long at = position & mask;
            int header = (int) LENGTH.getAcquire(data, at);
            if ((header & BUSY) != 0) {
                break;
            }
            int length = header & ~(BUSY | DISCARDED);
            if ((header & DISCARDED) == 0) {
                records.accept(data.asSlice(at + HEADER, length));
                count++;
            }
            position += (length + HEADER + 7L) & ~7L;
            POSITION.setRelease(consumer, 0L, position);
        }
        return count;
    }
}
