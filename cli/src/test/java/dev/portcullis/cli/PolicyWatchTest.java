// SPDX-License-Identifier: Apache-2.0
package dev.portcullis.cli;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

@Timeout(120)
class PolicyWatchTest {
    private final Semaphore changes = new Semaphore(0);

    @TempDir private Path folder;

    private boolean changed() throws InterruptedException {
        return changes.tryAcquire(60, TimeUnit.SECONDS);
    }

    @Test
    void aFileMadeChangedReplacedOrRemovedIsACall() throws Exception {
        Path file = folder.resolve("web.yaml");
        try (PolicyWatch watch = PolicyWatch.start(folder, name -> true, changes::release)) {
            assertThat(watch).isNotNull();
            Files.writeString(file, "a");
            assertThat(changed()).as("made").isTrue();
            Files.writeString(file, "b");
            assertThat(changed()).as("changed").isTrue();
            Path other = Files.writeString(Files.createTempFile("other", ""), "c");
            Files.move(other, file, StandardCopyOption.REPLACE_EXISTING);
            assertThat(changed()).as("replaced").isTrue();
            Files.delete(file);
            assertThat(changed()).as("removed").isTrue();
        }
    }

    @Test
    void whatIsNoPolicyIsNoCall() throws Exception {
        PolicyFiles files = new PolicyFiles(folder);
        AtomicInteger calls = new AtomicInteger();
        CountDownLatch called = new CountDownLatch(1);
        try (PolicyWatch watch =
                PolicyWatch.start(
                        folder,
                        files::concerns,
                        () -> {
                            calls.incrementAndGet();
                            called.countDown();
                        })) {
            assertThat(watch).isNotNull();
            for (int i = 0; i < 50; i++) {
                Files.writeString(folder.resolve("events.jsonl"), "event " + i);
            }
            Files.writeString(folder.resolve("web.yaml"), "a");
            assertThat(called.await(60, TimeUnit.SECONDS)).isTrue();
        }
        int before = calls.get();
        assertThat(before).isPositive();
        Files.writeString(folder.resolve("web.yaml"), "after the end");
        assertThat(calls).hasValue(before);
    }

    @Test
    void aCallThatFailsDoesNotEndTheWatch() throws Exception {
        AtomicInteger calls = new AtomicInteger();
        try (PolicyWatch watch =
                PolicyWatch.start(
                        folder,
                        name -> true,
                        () -> {
                            changes.release();
                            if (calls.getAndIncrement() == 0) {
                                throw new IllegalStateException("expected by this test");
                            }
                        })) {
            assertThat(watch).isNotNull();
            Files.writeString(folder.resolve("web.yaml"), "a");
            assertThat(changed()).isTrue();
            Files.writeString(folder.resolve("other.yaml"), "b");
            assertThat(changed()).isTrue();
        }
    }

    @Test
    void closingWaitsForTheCallThatRuns() throws Exception {
        CountDownLatch inCall = new CountDownLatch(1);
        CountDownLatch goOn = new CountDownLatch(1);
        AtomicInteger done = new AtomicInteger();
        PolicyWatch watch =
                PolicyWatch.start(
                        folder,
                        name -> true,
                        () -> {
                            inCall.countDown();
                            awaitUninterrupted(goOn);
                            done.incrementAndGet();
                        });
        Files.writeString(folder.resolve("web.yaml"), "a");
        assertThat(inCall.await(60, TimeUnit.SECONDS)).isTrue();
        Thread closer = Thread.ofPlatform().start(watch::close);
        goOn.countDown();
        closer.join(60_000);
        assertThat(closer.isAlive()).isFalse();
        assertThat(done).hasPositiveValue();
    }

    private static void awaitUninterrupted(CountDownLatch latch) {
        try {
            latch.await();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    @Test
    void aFolderThatIsMissingIsNamed() {
        Path missing = folder.resolve("no");
        assertThatThrownBy(() -> PolicyWatch.start(missing, name -> true, changes::release))
                .isInstanceOf(BadInputException.class)
                .hasMessage("cannot watch " + missing + ": it does not exist");
    }
}
