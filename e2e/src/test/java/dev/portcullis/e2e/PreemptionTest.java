// SPDX-License-Identifier: Apache-2.0
package dev.portcullis.e2e;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;

/** A kernel that was asked to preempt wherever it can does so: else its runs would show nothing. */
@KernelTest
class PreemptionTest {
    private static final Path COMMAND_LINE = Path.of("/proc/cmdline");
    private static final Path MODE = Path.of("/sys/kernel/debug/sched/preempt");

    @Test
    void theKernelPreemptsAsItWasAsked() throws IOException {
        boolean asked = Files.readString(COMMAND_LINE).contains("preempt=full");

        assertThat(Files.readString(MODE).contains("(full)")).isEqualTo(asked);
    }
}
