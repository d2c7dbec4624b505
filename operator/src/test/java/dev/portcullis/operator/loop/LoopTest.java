// SPDX-License-Identifier: Apache-2.0
package dev.portcullis.operator.loop;

import static dev.portcullis.operator.Fixtures.eventually;
import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;

class LoopTest {
    private final AtomicInteger turns = new AtomicInteger();

    @Test
    void whatWakesItDuringATurnIsOneMoreTurn() throws InterruptedException {
        CountDownLatch inTurn = new CountDownLatch(1);
        CountDownLatch go = new CountDownLatch(1);
        try (Loop loop =
                new Loop(
                        "test",
                        Duration.ZERO,
                        Duration.ZERO,
                        () -> {
                            turns.incrementAndGet();
                            inTurn.countDown();
                            awaitQuietly(go);
                        })) {
            loop.start();
            loop.wake();
            inTurn.await();
            for (int i = 0; i < 1000; i++) {
                loop.wake();
            }
            go.countDown();
            eventually().untilAsserted(() -> assertThat(turns).hasValue(2));
        }
        assertThat(turns).hasValue(2);
    }

    @Test
    void aTurnThatThrowsIsTakenAgain() {
        try (Loop loop =
                new Loop(
                        "test",
                        Duration.ZERO,
                        Duration.ZERO,
                        () -> {
                            if (turns.incrementAndGet() == 1) {
                                throw new IllegalStateException("expected by this test");
                            }
                        })) {
            loop.start();
            loop.wake();
            eventually().untilAsserted(() -> assertThat(turns).hasValue(2));
        }
    }

    @Test
    void theEarlierOfTwoMomentsCounts() {
        try (Loop loop = new Loop("test", Duration.ZERO, Duration.ZERO, turns::incrementAndGet)) {
            loop.start();
            loop.wakeIn(Duration.ofDays(400_000));
            loop.wakeIn(Duration.ofMillis(1));
            loop.wakeIn(Duration.ofDays(1));
            eventually().untilAsserted(() -> assertThat(turns).hasValue(1));
        }
    }

    private static void awaitQuietly(CountDownLatch latch) {
        try {
            latch.await();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }
}
