// SPDX-License-Identifier: Apache-2.0
package dev.portcullis.e2e.cluster;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Assumptions;

/** Commands as root on the node of the harness's cluster; there is none on a foreign one. */
final class NodeShell {
    private static final @Nullable String HARNESS = System.getProperty("portcullis.cluster");

    private NodeShell() {}

    static boolean available() {
        return HARNESS != null;
    }

    /** Skips the test where there is no shell. */
    static void assume() {
        Assumptions.assumeTrue(available(), "needs a shell on the node");
    }

    /** What a command printed. It has to succeed. */
    static String run(String command) {
        return run(command, "");
    }

    /** As above, with standard input. */
    static String run(String command, String input) {
        if (HARNESS == null) {
            throw new IllegalStateException("no shell on the node of this cluster");
        }
        try {
            Process process =
                    new ProcessBuilder(
                                    List.of(HARNESS, "node", "--timeout", "60", "--stdin", command))
                            .redirectError(ProcessBuilder.Redirect.INHERIT)
                            .start();
            try (var out = process.getOutputStream()) {
                out.write(input.getBytes(StandardCharsets.UTF_8));
            }
            String output =
                    new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
            int status = process.waitFor();
            assertThat(status).as("status of `%s`, which printed %s", command, output).isZero();
            return output;
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IllegalStateException("interrupted", e);
        }
    }
}
