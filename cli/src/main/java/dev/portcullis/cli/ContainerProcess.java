// SPDX-License-Identifier: Apache-2.0
package dev.portcullis.cli;

import dev.portcullis.enforcer.Enforcer;
import dev.portcullis.enforcer.Scope;
import dev.portcullis.enforcer.ffi.LibC;
import dev.portcullis.enforcer.kernel.EnforcerException;
import java.io.IOException;
import java.io.RandomAccessFile;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;

/**
 * One command in mount and PID namespaces of its own. It does not begin before its namespaces are
 * bound to a scope, so its first execve is judged.
 *
 * <p>util-linux's {@code unshare} makes the namespaces: a JVM cannot fork. The shell in it waits at
 * a FIFO until the namespaces are known to the kernel, then becomes the command.
 */
public final class ContainerProcess implements AutoCloseable {
    /** What is done with the namespaces before the command begins in them. */
    public interface Binding {
        /** Nothing: the command is under no policy. */
        Binding NONE = (mountNamespace, pidNamespace) -> () -> {};

        /** The command belongs to a scope, until the process is closed. */
        static Binding to(Enforcer enforcer, Scope scope) {
            return (mountNamespace, pidNamespace) -> {
                enforcer.bind(scope, mountNamespace, pidNamespace);
                return () -> enforcer.unbind(mountNamespace, pidNamespace);
            };
        }

        /** Returns what undoes it. */
        Runnable bind(int mountNamespace, int pidNamespace);
    }

    private static final System.Logger LOG = System.getLogger(ContainerProcess.class.getName());

    /** How long making the namespaces, and starting in them, may each take. */
    private static final long START_NANOSECONDS = TimeUnit.SECONDS.toNanos(30);

    /**
     * What {@code unshare} becomes, in the new mount namespace and outside of the new PID namespace
     * still: it begins the latter and hands on how its first process ended. ({@code unshare --fork}
     * would end with 1 where SIGKILL ended the command.) Signals from the terminal are the
     * command's business.
     */
    private static final String SUPERVISE =
            "trap : INT TERM HUP; setpriv --pdeathsig KILL /bin/sh -c \"$0\" sh \"$@\"; exit $?";

    /**
     * The first process. Once it is ready, only built-in commands: whatever the shell executed then
     * would not be the user's doing.
     */
    private static final String WAIT_THEN_EXEC =
            "mount -t proc -o nosuid,noexec,nodev proc /proc || exit 125; d=$1; shift; "
                    + ": > \"$d/ready\"; read -r _ < \"$d/go\" || exit 125; : > \"$d/taken\"; exec \"$@\"";

    private final Process process;
    private final Runnable unbind;

    private ContainerProcess(Process process, Runnable unbind) {
        this.process = process;
        this.unbind = unbind;
    }

    /**
     * Starts a command.
     *
     * @param streams says where its standard streams go
     * @throws EnforcerException if the namespaces cannot be made
     */
    public static ContainerProcess start(
            Binding binding, List<String> command, Consumer<ProcessBuilder> streams) {
        try {
            Path folder = Files.createTempDirectory("portcullis-run");
            try {
                return start(binding, command, streams, folder);
            } finally {
                deleteAll(folder);
            }
        } catch (IOException e) {
            throw new EnforcerException(
                    "cannot start "
                            + command.getFirst()
                            + " in namespaces of its own: "
                            + e.getMessage(),
                    e);
        }
    }

    private static ContainerProcess start(
            Binding binding, List<String> command, Consumer<ProcessBuilder> streams, Path folder)
            throws IOException {
        Path go = folder.resolve("go");
        LibC.makeFifo(go.toString());
        List<String> line =
                new ArrayList<>(
                        List.of(
                                "unshare",
                                "--mount",
                                "--pid",
                                "--",
                                "/bin/sh",
                                "-c",
                                SUPERVISE,
                                WAIT_THEN_EXEC,
                                folder.toString()));
        line.addAll(command);
        ProcessBuilder builder = new ProcessBuilder(line);
        streams.accept(builder);
        Process process = builder.start();
        Runnable unbind = () -> {};
        // Read and write, so that opening the FIFO cannot block; open until the shell has read from
        // it.
        try (RandomAccessFile fifo = new RandomAccessFile(go.toFile(), "rw")) {
            await(process, folder.resolve("ready"));
            unbind =
                    binding.bind(namespace(process, "mnt"), namespace(process, "pid_for_children"));
            fifo.write('\n');
            await(process, folder.resolve("taken"));
            return new ContainerProcess(process, unbind);
        } catch (IOException | RuntimeException e) {
            try (ContainerProcess failed = new ContainerProcess(process, unbind)) {
                throw e;
            }
        }
    }

    private static void await(Process process, Path file) throws IOException {
        long end = System.nanoTime() + START_NANOSECONDS;
        while (!Files.exists(file)) {
            // Looked for once more, as a short command can have come and gone since.
            if (!process.isAlive() && !Files.exists(file)) {
                throw new IOException("unshare ended with status " + process.exitValue());
            }
            if (System.nanoTime() > end) {
                throw new IOException("not ready in time");
            }
            try {
                Thread.sleep(1);
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
                throw new IOException("interrupted", e);
            }
        }
    }

    private static int namespace(Process process, String kind) throws IOException {
        Path path = Path.of("/proc/" + process.pid() + "/ns/" + kind);
        return Integer.parseUnsignedInt(
                Files.readSymbolicLink(path).toString().replaceAll("\\D", ""));
    }

    /** What is left in a temporary folder harms nobody; a command that runs must not be lost. */
    private static void deleteAll(Path folder) {
        for (String name : List.of("go", "ready", "taken", "")) {
            try {
                Files.deleteIfExists(folder.resolve(name));
            } catch (IOException e) {
                LOG.log(System.Logger.Level.DEBUG, "a temporary file stays", e);
            }
        }
    }

    /** The process as the host sees it; its standard streams are the command's. */
    public Process process() {
        return process;
    }

    /** Waits for the command to end; 128 and the signal's number where a signal ended it. */
    public int waitFor() {
        return waitFor(process);
    }

    private static int waitFor(Process process) {
        try {
            return process.waitFor();
        } catch (InterruptedException e) {
            process.destroyForcibly();
            Thread.currentThread().interrupt();
            throw new EnforcerException("interrupted while a command ran", e);
        }
    }

    /** Ends the command and every process in its PID namespace, and forgets the namespaces. */
    @Override
    public void close() {
        process.destroyForcibly();
        try {
            waitFor(process);
        } finally {
            unbind.run();
        }
    }
}
