// SPDX-License-Identifier: Apache-2.0
package dev.portcullis.e2e.cluster;

import static org.assertj.core.api.Assertions.assertThat;

import io.fabric8.kubernetes.client.dsl.ContainerResource;
import io.fabric8.kubernetes.client.dsl.ExecWatch;
import java.io.ByteArrayOutputStream;
import java.nio.charset.StandardCharsets;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;

/**
 * What became of a {@code kubectl exec}.
 *
 * @param status of the command; below 0 if it could not be started
 */
record Execution(int status, String output, String errors) {
    private static final long BOUND_SECONDS = 120;

    static Execution run(ContainerResource container, String... command) {
        ByteArrayOutputStream output = new ByteArrayOutputStream();
        ByteArrayOutputStream errors = new ByteArrayOutputStream();
        try (ExecWatch watch = container.writingOutput(output).writingError(errors).exec(command)) {
            Integer status = watch.exitCode().get(BOUND_SECONDS, TimeUnit.SECONDS);
            return new Execution(
                    status == null ? -1 : status,
                    output.toString(StandardCharsets.UTF_8),
                    errors.toString(StandardCharsets.UTF_8));
        } catch (ExecutionException e) {
            // The kubelet says so where the runtime could not start the command.
            return new Execution(-1, output.toString(StandardCharsets.UTF_8), e.toString());
        } catch (TimeoutException e) {
            throw new AssertionError(
                    "exec of %s hangs; it printed %s%s"
                            .formatted(
                                    String.join(" ", command),
                                    output.toString(StandardCharsets.UTF_8),
                                    errors.toString(StandardCharsets.UTF_8)),
                    e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new AssertionError("interrupted", e);
        }
    }

    /** The command ran and succeeded. */
    Execution succeeded() {
        assertThat(status).as(toString()).isZero();
        return this;
    }

    /** The command itself was refused: it never ran. */
    Execution refused() {
        assertThat(status).as(toString()).isNotZero();
        assertThat(output).as(toString()).doesNotContain("ran");
        return this;
    }
}
