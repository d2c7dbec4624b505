// SPDX-License-Identifier: Apache-2.0
package dev.portcullis.enforcer.kernel;

import static org.junit.jupiter.api.Assumptions.assumeTrue;

import dev.portcullis.enforcer.ffi.LibC;
import java.io.IOException;
import java.nio.file.Path;

/** A BPF file system of a test's own, mounted as long as the test takes. */
final class BpfFileSystem implements AutoCloseable {
    private final Path folder;

    private BpfFileSystem(Path folder) {
        this.folder = folder;
    }

    /** Skips the test where it may not mount. */
    static BpfFileSystem mount(Path folder) throws IOException, InterruptedException {
        assumeTrue(LibC.effectiveUser() == 0, "mounting needs root");
        assumeTrue(
                run("mount", "-t", "bpf", "bpf", folder.toString()) == 0,
                "this machine lets nobody mount a BPF file system");
        return new BpfFileSystem(folder);
    }

    Path folder() {
        return folder;
    }

    private static int run(String... command) throws IOException, InterruptedException {
        return new ProcessBuilder(command)
                .redirectOutput(ProcessBuilder.Redirect.DISCARD)
                .redirectError(ProcessBuilder.Redirect.DISCARD)
                .start()
                .waitFor();
    }

    @Override
    public void close() throws IOException {
        try {
            if (run("umount", folder.toString()) != 0) {
                throw new IOException("cannot unmount " + folder);
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IOException("interrupted", e);
        }
    }
}
