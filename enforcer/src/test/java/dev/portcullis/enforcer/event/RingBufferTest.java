// SPDX-License-Identifier: Apache-2.0
package dev.portcullis.enforcer.event;

import static java.lang.foreign.ValueLayout.JAVA_BYTE;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import dev.portcullis.enforcer.ffi.LibC;
import dev.portcullis.enforcer.ffi.MapsOnly;
import dev.portcullis.enforcer.kernel.KernelPrograms;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicReference;
import java.util.concurrent.locks.LockSupport;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

class RingBufferTest {
    private static final int SIZE = 4096;

    private final Arena arena = Arena.ofShared();
    private final MemoryRing ring = new MemoryRing(arena, SIZE);
    private final RingBuffer reader = ring.reader();

    @AfterEach
    void free() {
        arena.close();
    }

    private static byte[] record(int length, int seed) {
        byte[] record = new byte[length];
        new Random(seed).nextBytes(record);
        return record;
    }

    private List<byte[]> drain() {
        List<byte[]> read = new ArrayList<>();
        int count = reader.drain(segment -> read.add(segment.toArray(JAVA_BYTE)));
        assertThat(count).isEqualTo(read.size());
        return read;
    }

    @Test
    void recordsComeInOrderAndWhole() {
        List<byte[]> written = new ArrayList<>();
        for (int length = 0; length < 40; length++) {
            written.add(record(length, length));
            assertThat(ring.write(written.getLast())).isTrue();
        }
        assertThat(drain()).containsExactlyElementsOf(written);
        assertThat(drain()).isEmpty();
    }

    @Test
    void recordsAcrossTheEndAreWhole() {
        for (int i = 0; i < 1000; i++) {
            byte[] record = record(1 + i * 37 % 1500, i);
            assertThat(ring.write(record)).isTrue();
            assertThat(drain()).containsExactly(record);
        }
        assertThat(ring.produced()).isGreaterThan(100L * SIZE);
    }

    @Test
    void roomIsFreedByReadingOnly() {
        byte[] half = record(SIZE / 2 - 8, 1);
        assertThat(ring.write(half)).isTrue();
        assertThat(ring.write(half)).isTrue();
        assertThat(ring.write(new byte[0])).as("full").isFalse();
        assertThat(ring.consumed()).isZero();
        assertThat(drain()).hasSize(2);
        assertThat(ring.consumed()).isEqualTo(ring.produced()).isEqualTo(SIZE);
        assertThat(ring.write(half)).isTrue();
        assertThat(drain()).containsExactly(half);
    }

    @Test
    void roomIsFreedRecordByRecord() {
        assertThat(ring.write(record(8, 1))).isTrue();
        assertThat(ring.write(record(8, 2))).isTrue();
        List<Long> positions = new ArrayList<>();
        assertThat(reader.drain(segment -> positions.add(ring.consumed()))).isEqualTo(2);
        assertThat(positions).containsExactly(0L, 16L);
    }

    @Test
    void aRecordStillBeingWrittenStopsTheDrainAndComesLater() {
        byte[] first = record(10, 1);
        byte[] second = record(20, 2);
        byte[] third = record(30, 3);
        assertThat(ring.write(first)).isTrue();
        long busy = ring.reserve(second);
        assertThat(ring.write(third)).isTrue();
        assertThat(drain()).containsExactly(first);
        assertThat(drain()).isEmpty();
        assertThat(ring.consumed()).isEqualTo(24);
        ring.commit(busy);
        assertThat(drain()).containsExactly(second, third);
    }

    @Test
    void discardedRecordsAreSkippedAndTheirRoomFreed() {
        byte[] kept = record(10, 1);
        ring.discard(ring.reserve(record(100, 2)));
        assertThat(ring.write(kept)).isTrue();
        ring.discard(ring.reserve(record(100, 3)));
        assertThat(drain()).containsExactly(kept);
        assertThat(ring.consumed()).isEqualTo(ring.produced());
    }

    @Test
    void aRecordThatItsReaderThrewAtIsOfferedAgain() {
        byte[] record = record(10, 1);
        assertThat(ring.write(record)).isTrue();
        assertThatThrownBy(() ->
                        reader.drain(segment -> {
                            throw new IllegalStateException("not now");
                        }))
                .isInstanceOf(IllegalStateException.class);
        assertThat(drain()).containsExactly(record);
    }

    @Test
    void aRingOfAnOddSizeIsRefused() {
        MemorySegment page = arena.allocate(8);
        assertThatThrownBy(() -> new RingBuffer(-1, page, arena.allocate(8 + 2 * 100), 8))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("100 bytes");
    }

    /** One thread writes as the kernel would, the other reads; every record must come whole. */
    @Test
    void aWriterAtFullSpeedLosesNothing() throws InterruptedException {
        int records = 200_000;
        AtomicReference<Throwable> failure = new AtomicReference<>();
        Thread writer =
                Thread.ofPlatform()
                        .name("writer")
                        .daemon(true)
                        .uncaughtExceptionHandler((thread, thrown) -> failure.set(thrown))
                        .unstarted(() -> write(records));
        long end = System.nanoTime() + TimeUnit.SECONDS.toNanos(120);
        int[] next = {0};
        writer.start();
        while (next[0] < records) {
            int read = reader.drain(segment -> assertThat(isRecord(segment, next[0]++)).isTrue());
            assertThat(failure.get()).isNull();
            assertThat(System.nanoTime()).as("record %d", next[0]).isLessThan(end);
            if (read == 0) {
                LockSupport.parkNanos(1); // the other may need this CPU
            }
        }
        writer.join();
        assertThat(failure.get()).isNull();
        assertThat(drain()).isEmpty();
        assertThat(ring.consumed()).isEqualTo(ring.produced());
    }

    private void write(int records) {
        Random random = new Random(42);
        for (int number = 0; number < records; number++) {
            if (random.nextInt(16) == 0) {
                ring.discard(reserve(new byte[random.nextInt(300)]));
            }
            long first = reserve(numbered(random, number));
            if (random.nextInt(8) == 0 && number + 1 < records) {
                // Two at once, committed in the other order, as two CPUs may.
                number++;
                byte[] record = numbered(random, number);
                long second = ring.reserve(record);
                if (second < 0) {
                    ring.commit(first);
                    ring.commit(reserve(record));
                    continue;
                }
                ring.commit(second);
            }
            ring.commit(first);
        }
    }

    private long reserve(byte[] record) {
        long reserved = ring.reserve(record);
        while (reserved < 0) {
            LockSupport.parkNanos(1); // the other may need this CPU
            reserved = ring.reserve(record);
        }
        return reserved;
    }

    private static byte[] numbered(Random random, int number) {
        byte[] record = new byte[4 + random.nextInt(500)];
        for (int i = 4; i < record.length; i++) {
            record[i] = (byte) (number * 31 + i);
        }
        ByteBuffer.wrap(record).putInt(number);
        return record;
    }

    private static boolean isRecord(MemorySegment segment, int number) {
        byte[] record = segment.toArray(JAVA_BYTE);
        if (ByteBuffer.wrap(record).getInt() != number) {
            return false;
        }
        for (int i = 4; i < record.length; i++) {
            if (record[i] != (byte) (number * 31 + i)) {
                return false;
            }
        }
        return true;
    }

    @Test
    void theKernelsRingIsMappedAndEmpty() {
        assumeTrue(LibC.effectiveUser() == 0, "making maps needs root");
        try (MapsOnly maps = MapsOnly.open(KernelPrograms.image());
                Arena mappings = Arena.ofConfined()) {
            maps.create(Set.of("events"));
            RingBuffer real =
                    new RingBuffer(
                            mappings, maps.fd("events"), maps.definition("events").maxEntries());
            assertThat(real.await(0)).isFalse();
            assertThat(real.drain(segment -> {})).isZero();
        }
    }
}
