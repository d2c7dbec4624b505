// SPDX-License-Identifier: Apache-2.0
package dev.portcullis.e2e;

import dev.portcullis.cli.ContainerProcess;
import dev.portcullis.cli.ContainerProcess.Binding;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;

/**
 * A container that tries batches of operations, by the program {@code batch}: in a root directory
 * of its own, so that a path can be anything. A char of a line is a byte.
 */
final class BatchContainer implements AutoCloseable {
    private static final int SECONDS = 240;

    private final String subject;
    private final ContainerProcess container;
    private final BufferedReader answers;

    /**
     * Starts it.
     *
     * @param subject the path of the program, as which the operations are done
     */
    BatchContainer(Binding binding, Workspace work, String subject) {
        this.subject = subject;
        Path program = work.path(subject.substring(1));
        try {
            Files.createDirectories(program.getParent());
            Files.copy(
                    Path.of(System.getProperty("portcullis.attempt", "attempt"))
                            .resolveSibling("batch"),
                    program);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        List<String> command =
                List.of(
                        Workspace.ATTEMPT.toString(),
                        "pivot:" + work.folder(),
                        "become:" + subject);
        container =
                ContainerProcess.start(
                        binding, command, builder -> builder.redirectErrorStream(true));
        answers = container.process().inputReader(StandardCharsets.ISO_8859_1);
        String pivoted = readLine();
        if (!pivoted.endsWith(" = 0")) {
            throw new AssertionError(pivoted);
        }
    }

    String subject() {
        return subject;
    }

    /** Of each operation the errno, 0 for none, or {@link DifferentialCase#KILLED}. */
    List<Integer> run(List<String> lines) {
        String batch = String.join("\n", lines) + "\n\n";
        try {
            OutputStream out = container.process().getOutputStream();
            out.write(batch.getBytes(StandardCharsets.ISO_8859_1));
            out.flush();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        String line = readLine();
        List<Integer> found =
                Stream.of(line.split(" ", -1))
                        .filter(one -> !one.isEmpty())
                        .map(Integer::valueOf)
                        .toList();
        if (found.size() != lines.size()) {
            throw new AssertionError(lines.size() + " operations, answered by: " + line);
        }
        return found;
    }

    private String readLine() {
        try {
            return CompletableFuture.supplyAsync(
                            () -> {
                                try {
                                    return String.valueOf(answers.readLine());
                                } catch (IOException e) {
                                    throw new UncheckedIOException(e);
                                }
                            },
                            Container.READERS)
                    .get(SECONDS, TimeUnit.SECONDS);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new AssertionError(e);
        } catch (Exception e) {
            throw new AssertionError("no answer from the container", e);
        }
    }

    @Override
    public void close() {
        container.close();
    }
}
