// SPDX-License-Identifier: Apache-2.0
package dev.portcullis.e2e;

import static org.assertj.core.api.Assertions.fail;

import dev.portcullis.cli.ContainerProcess;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Executor;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.atomic.AtomicReference;

/** A container that runs a command, mostly {@code attempt}, and what that command printed. */
final class Container implements AutoCloseable {
    private static final int SECONDS = 240;

    /** A thread each: the common pool of a machine with two CPUs has one, and a reader waits. */
    static final Executor READERS = task -> Thread.ofPlatform().daemon().start(task);

    private final ContainerProcess process;
    private final CompletableFuture<String> output;

    private Container(ContainerProcess process) {
        this.process = process;
        output = CompletableFuture.supplyAsync(() -> readAll(process.process()), READERS);
    }

    private static String readAll(Process process) {
        try {
            return new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** A binding that only tells which namespaces the container got: mount, PID. */
    static ContainerProcess.Binding noting(AtomicReference<int[]> namespaces) {
        return (mount, pid) -> {
            namespaces.set(new int[] {mount, pid});
            return () -> {};
        };
    }

    /** Starts any command. */
    static Container command(ContainerProcess.Binding binding, List<String> command) {
        return new Container(
                ContainerProcess.start(
                        binding, command, builder -> builder.redirectErrorStream(true)));
    }

    /** Starts {@code attempt} with these operations. */
    static Container start(ContainerProcess.Binding binding, List<String> operations) {
        List<String> command = new ArrayList<>();
        command.add(Workspace.ATTEMPT.toString());
        command.addAll(operations);
        return command(binding, command);
    }

    /** Runs {@code attempt} to its end. */
    static Result run(ContainerProcess.Binding binding, List<String> operations) {
        try (Container container = start(binding, operations)) {
            return container.await();
        }
    }

    /**
     * Runs {@code attempt} under no policy, to its end: as a process of the host's, which has only
     * its mounts to itself. Much cheaper than a container.
     */
    static Result runFree(List<String> operations) {
        List<String> command =
                new ArrayList<>(List.of(Workspace.ATTEMPT.toString(), "unshare:mnt", "private:/"));
        command.addAll(operations);
        Result result = runHere(command);
        return new Result(result.status(), result.lines().subList(2, result.lines().size()));
    }

    /** Runs any command as a process of the host's, to its end. */
    static Result runHere(List<String> command) {
        try {
            Process process = new ProcessBuilder(command).redirectErrorStream(true).start();
            CompletableFuture<String> output =
                    CompletableFuture.supplyAsync(() -> readAll(process), READERS);
            try {
                List<String> lines = output.get(SECONDS, TimeUnit.SECONDS).lines().toList();
                return new Result(process.waitFor(), lines);
            } finally {
                process.destroyForcibly();
            }
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        } catch (TimeoutException | ExecutionException e) {
            return fail("the process did not end within " + SECONDS + " s", e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            return fail("interrupted", e);
        }
    }

    /** Waits for the command's end, no longer than bounded. */
    Result await() {
        try {
            String text = output.get(SECONDS, TimeUnit.SECONDS);
            return new Result(process.waitFor(), text.lines().toList());
        } catch (TimeoutException e) {
            return fail("the container did not end within " + SECONDS + " s", e);
        } catch (ExecutionException e) {
            return fail("the container's output cannot be read", e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            return fail("interrupted", e);
        }
    }

    @Override
    public void close() {
        process.close();
    }

    /**
     * How a command ended.
     *
     * @param status as a shell would tell it: 128 and the signal's number where a signal ended it
     * @param lines what it printed, standard error included
     */
    record Result(int status, List<String> lines) {
        /** Of each line what stands behind the last {@code " = "}: an answer of the kernel. */
        List<String> answers() {
            return lines.stream().map(Result::answer).toList();
        }

        /** {@code EACCES} for an error, {@code ok} for a number, otherwise the words. */
        private static String answer(String line) {
            int at = line.lastIndexOf(" = ");
            String answer = at < 0 ? line : line.substring(at + 3);
            if (answer.startsWith("-1 ")) {
                return answer.split(" ", -1)[1];
            }
            return answer.matches("\\d+") ? "ok" : answer;
        }
    }
}
