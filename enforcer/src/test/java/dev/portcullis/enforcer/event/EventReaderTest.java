// SPDX-License-Identifier: Apache-2.0
package dev.portcullis.enforcer.event;

import static org.assertj.core.api.Assertions.assertThat;

import dev.portcullis.enforcer.ffi.LibC;
import dev.portcullis.event.v1alpha1.Event;
import dev.portcullis.event.v1alpha1.Operation;
import dev.portcullis.policy.ruleset.QuestionKind;
import java.lang.foreign.Arena;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

class EventReaderTest {
    private final Arena arena = Arena.ofShared();
    private final MemoryRing ring = new MemoryRing(arena, 1 << 16);
    private final List<String> paths = new CopyOnWriteArrayList<>();

    @AfterEach
    void free() {
        arena.close();
    }

    private EventReader reader(Consumer<Event> consumer) {
        return new EventReader(
                ring.reader(), new EventDecoder(new TestNames()), consumer, () -> {});
    }

    private static EventRecord open(String path) {
        return EventRecord.ofPath(Operation.READ, QuestionKind.READ, path);
    }

    @Test
    void whatWasWrittenBeforeTheEndIsDelivered() {
        try (EventReader reader = reader(event -> paths.add(event.getPath()))) {
            reader.start();
            for (int i = 0; i < 100; i++) {
                assertThat(ring.write(open("/" + i).bytes())).isTrue();
            }
        }
        assertThat(paths).hasSize(100).startsWith("/0", "/1").endsWith("/99");
        assertThat(ring.consumed()).isEqualTo(ring.produced());
    }

    @Test
    void eventsComeWithoutAnEnd() throws InterruptedException {
        CountDownLatch come = new CountDownLatch(1);
        try (EventReader reader = reader(event -> come.countDown())) {
            reader.start();
            assertThat(ring.write(open("/a").bytes())).isTrue();
            assertThat(come.await(30, TimeUnit.SECONDS)).isTrue();
        }
    }

    @Test
    void timesAreOfTheWallClock() {
        List<Event> events = new CopyOnWriteArrayList<>();
        try (EventReader reader = reader(events::add)) {
            reader.start();
            assertThat(ring.write(open("/a").longAt("time", LibC.bootTime()).bytes())).isTrue();
        }
        assertThat(events).hasSize(1);
        Instant told = Instant.parse(events.getFirst().getTime());
        assertThat(Duration.between(told, Instant.now()).abs()).isLessThan(Duration.ofMinutes(1));
    }

    @Test
    void anEventThatItsConsumerFailsAtIsCountedAndTheNextComes() {
        EventReader reader =
                reader(event -> {
                    if (event.getPath().equals("/bad")) {
                        throw new IllegalArgumentException("expected by this test");
                    }
                    paths.add(event.getPath());
                });
        try (reader) {
            reader.start();
            for (String path : List.of("/a", "/bad", "/b", "/bad", "/c")) {
                assertThat(ring.write(open(path).bytes())).isTrue();
            }
        }
        assertThat(paths).containsExactly("/a", "/b", "/c");
        assertThat(reader.failed()).isEqualTo(2);
    }

    @Test
    void aRecordThatCannotBeDecodedIsCountedAndTheNextComes() {
        EventReader reader = reader(event -> paths.add(event.getPath()));
        try (reader) {
            reader.start();
            assertThat(ring.write(new byte[3])).isTrue();
            assertThat(ring.write(open("/odd").byteAt("outcome", 99).bytes())).isTrue();
            assertThat(ring.write(open("/a").bytes())).isTrue();
        }
        assertThat(paths).containsExactly("/a");
        assertThat(reader.failed()).isEqualTo(2);
    }

    @Test
    void closingTwiceOrWithoutStartIsHarmless() {
        EventReader reader = reader(event -> {});
        reader.close();
        EventReader started = reader(event -> {});
        started.start();
        started.close();
        started.close();
        assertThat(started.failed()).isZero();
    }

    @Test
    void anInterruptDoesNotCutTheEndShortAndIsKept() {
        try (EventReader reader = reader(event -> paths.add(event.getPath()))) {
            reader.start();
            assertThat(ring.write(open("/a").bytes())).isTrue();
            Thread.currentThread().interrupt();
        } finally {
            assertThat(Thread.interrupted()).isTrue();
        }
        assertThat(paths).containsExactly("/a");
    }
}
