// SPDX-License-Identifier: Apache-2.0
package dev.portcullis.e2e.cluster;

import io.fabric8.kubernetes.client.KubernetesClientException;
import java.time.Duration;
import java.util.function.Predicate;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/** Waits, all of them bounded: a node in an emulator takes ten times as long as another. */
final class Await {
    private static final Duration BOUND = Duration.ofMinutes(4);
    private static final long PERIOD_MILLISECONDS = 500;

    private Await() {}

    /**
     * What {@code look} sees as soon as it is as expected.
     *
     * @throws AssertionError with what was seen last, if it is not in time
     */
    static <T> T until(String what, Supplier<T> look, Predicate<? super T> expected) {
        return until(what, BOUND, look, expected);
    }

    /** As above, with a bound of its own. */
    static <T> T until(
            String what, Duration bound, Supplier<T> look, Predicate<? super T> expected) {
        long end = System.nanoTime() + bound.toNanos();
        Object last = null;
        while (true) {
            try {
                T seen = look.get();
                if (expected.test(seen)) {
                    return seen;
                }
                last = seen;
            } catch (KubernetesClientException e) {
                last = e; // the API server is busy, or what is looked at is not there yet
            }
            if (System.nanoTime() - end > 0) {
                throw new AssertionError(
                        "%s: not so after %d s, but %.2000s"
                                .formatted(what, bound.toSeconds(), last),
                        last instanceof @Nullable Throwable cause ? cause : null);
            }
            pause(PERIOD_MILLISECONDS);
        }
    }

    /** Lets time go by in which something must not happen. */
    static void pause(long milliseconds) {
        try {
            Thread.sleep(milliseconds);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new AssertionError("interrupted while waiting", e);
        }
    }
}
