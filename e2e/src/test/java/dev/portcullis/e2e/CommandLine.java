// SPDX-License-Identifier: Apache-2.0
package dev.portcullis.e2e;

import static org.assertj.core.api.Assertions.assertThat;

import dev.portcullis.enforcer.Enforcer;
import dev.portcullis.enforcer.EnforcerOptions;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.function.BooleanSupplier;

/** {@code portcullis} as a process of its own; what it prints goes to files. */
final class CommandLine implements AutoCloseable {
    private static final int SECONDS = 240;

    private final Process process;
    private final Path out;
    private final Path err;

    private CommandLine(Process process, Path out, Path err) {
        this.process = process;
        this.out = out;
        this.err = err;
    }

    static CommandLine start(Workspace work, String... arguments) {
        Path out = work.file("out", "");
        Path err = work.file("err", "");
        List<String> line = new ArrayList<>();
        line.add(System.getProperty("portcullis.launcher"));
        line.addAll(List.of(arguments));
        try {
            return new CommandLine(
                    new ProcessBuilder(line)
                            .redirectOutput(out.toFile())
                            .redirectError(err.toFile())
                            .start(),
                    out,
                    err);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    long pid() {
        return process.pid();
    }

    String out() {
        return Workspace.read(out);
    }

    String err() {
        return Workspace.read(err);
    }

    /** The answers that {@code attempt} printed. */
    List<String> answers() {
        return new Container.Result(0, out().lines().toList()).answers();
    }

    /** The exit status, after no longer than bounded. */
    int await() throws InterruptedException {
        assertThat(process.waitFor(SECONDS, TimeUnit.SECONDS)).as("ended; " + this).isTrue();
        return process.exitValue();
    }

    /** Waits for something that this process brings about. */
    void await(String what, BooleanSupplier condition) throws InterruptedException {
        long end = System.nanoTime() + TimeUnit.SECONDS.toNanos(SECONDS);
        while (!condition.getAsBoolean()) {
            assertThat(System.nanoTime()).as("no " + what + "; " + this).isLessThan(end);
            Thread.sleep(10);
        }
    }

    void awaitFile(Path path) throws InterruptedException {
        await(path.toString(), () -> Files.exists(path));
    }

    /** SIGTERM. */
    void interrupt() {
        process.destroy();
    }

    /** SIGKILL: it cannot clean up. */
    void kill() throws InterruptedException {
        process.destroyForcibly();
        await();
    }

    /** Ends it; should it still have enforced, that ends too. */
    @Override
    public void close() throws InterruptedException {
        process.destroyForcibly();
        await();
        Enforcer.unload(EnforcerOptions.DEFAULT_PIN_FOLDER);
    }

    @Override
    public String toString() {
        return "standard output:%n%sstandard error:%n%s".formatted(out(), err());
    }
}
