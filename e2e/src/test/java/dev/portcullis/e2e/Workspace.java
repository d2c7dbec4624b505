// SPDX-License-Identifier: Apache-2.0
package dev.portcullis.e2e;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;

/**
 * A folder of one test's own, on a tmpfs: on the guest's root every file is an overlay's.
 *
 * @param folder absolute, without symbolic links
 */
record Workspace(Path folder) {
    private static final Path TOP = Path.of("/run/portcullis-e2e");
    private static final long SECONDS = 60;
    private static final AtomicInteger NEXT = new AtomicInteger();

    /** The program that tries operations, at a place without aliases. */
    static final Path ATTEMPT = installAttempt();

    static Workspace create() {
        try {
            Path folder = TOP.resolve("w" + NEXT.incrementAndGet());
            Files.createDirectories(folder);
            return new Workspace(folder);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static Path installAttempt() {
        try {
            Files.createDirectories(TOP);
            Path installed = TOP.resolve("attempt");
            Files.copy(Path.of(System.getProperty("portcullis.attempt", "attempt")), installed);
            return installed;
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** Where a name in this folder is; nothing is made. */
    Path path(String name) {
        return folder.resolve(name);
    }

    /** Waits until somebody has made a file. */
    static void await(Path file) throws InterruptedException {
        long end = System.nanoTime() + TimeUnit.SECONDS.toNanos(SECONDS);
        while (!Files.exists(file)) {
            assertThat(System.nanoTime()).as("no " + file).isLessThan(end);
            Thread.sleep(2);
        }
    }

    /** A file that anybody may read and write, with what was there before replaced. */
    Path file(String name, String content) {
        try {
            Path file = path(name);
            Files.createDirectories(file.getParent());
            Files.writeString(file, content);
            Files.setPosixFilePermissions(file, PosixFilePermissions.fromString("rw-rw-rw-"));
            return file;
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** A file that can be executed. */
    Path script(String name, String content) {
        Path file = file(name, content);
        makeExecutable(file);
        return file;
    }

    /** A copy of the program that tries operations. */
    Path program(String name) {
        try {
            Path file = path(name);
            Files.createDirectories(file.getParent());
            Files.copy(ATTEMPT, file);
            makeExecutable(file);
            return file;
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static void makeExecutable(Path file) {
        try {
            Files.setPosixFilePermissions(file, PosixFilePermissions.fromString("rwxr-xr-x"));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    Path directory(String name) {
        try {
            return Files.createDirectories(path(name));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** Waits until somebody has made a file. */
    void await(String name) throws InterruptedException {
        long end = System.nanoTime() + TimeUnit.SECONDS.toNanos(60);
        while (!Files.exists(path(name))) {
            if (System.nanoTime() > end) {
                throw new AssertionError("nobody made " + path(name));
            }
            Thread.sleep(10);
        }
    }

    static String read(Path file) {
        try {
            return Files.readString(file);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** A symbolic link, in place of what was there. */
    void link(String name, Path target) {
        try {
            Files.deleteIfExists(path(name));
            Files.createSymbolicLink(path(name), target);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    void delete(String name) {
        try {
            Files.deleteIfExists(path(name));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
