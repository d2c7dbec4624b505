// SPDX-License-Identifier: Apache-2.0
package dev.portcullis.enforcer;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.portcullis.enforcer.kernel.EnforcerException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class AgentLockTest {
    @TempDir private Path locks;

    @Test
    void aSecondAgentIsRefusedUntilTheFirstEnds() {
        Path pins = Path.of("/sys/fs/bpf/portcullis");
        try (AgentLock first = AgentLock.take(locks, pins)) {
            assertThat(first).isNotNull();
            assertThatThrownBy(() -> AgentLock.take(locks, pins))
                    .isInstanceOf(EnforcerException.class)
                    .hasMessageContaining("another agent")
                    .hasMessageContaining("--pins");
        }
        assertThatCode(() -> AgentLock.take(locks, pins).close()).doesNotThrowAnyException();
    }

    @Test
    void oneFolderSpelledTwoWaysIsOneFolder() {
        try (AgentLock first = AgentLock.take(locks, Path.of("/sys/fs/bpf/portcullis"))) {
            assertThat(first).isNotNull();
            assertThatThrownBy(() -> AgentLock.take(locks, Path.of("/sys/fs/../fs/bpf/portcullis")))
                    .isInstanceOf(EnforcerException.class);
        }
    }

    @Test
    void foldersOfOneNameInSeveralPlacesAreSeveral() {
        try (AgentLock first = AgentLock.take(locks, Path.of("/sys/fs/bpf/a/portcullis"));
                AgentLock second = AgentLock.take(locks, Path.of("/sys/fs/bpf/b/portcullis"))) {
            assertThat(first).isNotSameAs(second);
        }
    }

    @Test
    void aRefusedLockLeavesNoDescriptorOpen() throws IOException {
        Path pins = Path.of("/pins");
        try (AgentLock first = AgentLock.take(locks, pins)) {
            assertThat(first).isNotNull();
            for (int i = 0; i < 3; i++) {
                assertThatThrownBy(() -> AgentLock.take(locks, pins))
                        .isInstanceOf(EnforcerException.class);
            }
            assertThat(openIn(locks)).isEqualTo(1);
        }
        assertThat(openIn(locks)).isZero();
    }

    @Test
    void aPlaceThatCannotHoldLocksIsNamed() throws IOException {
        Path file = Files.createFile(locks.resolve("file"));
        assertThatThrownBy(() -> AgentLock.take(file, Path.of("/pins")))
                .isInstanceOf(EnforcerException.class)
                .hasMessageContaining("cannot lock " + file);
    }

    private static long openIn(Path folder) throws IOException {
        try (Stream<Path> descriptors = Files.list(Path.of("/proc/self/fd"))) {
            return descriptors
                    .filter(fd -> {
                        try {
                            return Files.readSymbolicLink(fd).startsWith(folder);
                        } catch (IOException e) {
                            return false; // the listing's own, closed since
                        }
                    })
                    .count();
        }
    }
}
