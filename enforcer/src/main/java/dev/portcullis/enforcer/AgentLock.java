// SPDX-License-Identifier: Apache-2.0
package dev.portcullis.enforcer;

import dev.portcullis.enforcer.kernel.EnforcerException;
import java.io.IOException;
import java.net.URLEncoder;
import java.nio.channels.FileChannel;
import java.nio.channels.FileLock;
import java.nio.channels.OverlappingFileLockException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import org.jspecify.annotations.Nullable;

/**
 * Held by the one agent that uses a pin folder. A lock of the operating system: it is gone with its
 * process, however that ends.
 */
final class AgentLock implements AutoCloseable {
    private static final Path FOLDER = Path.of("/run/portcullis");

    private final FileChannel channel;

    private AgentLock(FileChannel channel) {
        this.channel = channel;
    }

    /**
     * @throws EnforcerException if another agent has it
     */
    static AgentLock take(Path pinFolder) {
        return take(FOLDER, pinFolder);
    }

    /**
     * @param locks where the lock's file is
     */
    static AgentLock take(Path locks, Path pinFolder) {
        Path file = locks.resolve(name(pinFolder));
        try {
            Files.createDirectories(locks);
            FileChannel channel =
                    FileChannel.open(file, StandardOpenOption.CREATE, StandardOpenOption.WRITE);
            boolean held = false;
            try {
                held = tryLock(channel) != null;
            } finally {
                if (!held) {
                    channel.close();
                }
            }
            if (!held) {
                throw new EnforcerException(
                        "another agent is enforcing with the pins in "
                                + pinFolder
                                + "; end it first, or give this one a folder of its own with --pins");
            }
            return new AgentLock(channel);
        } catch (IOException e) {
            throw new EnforcerException(
                    "cannot lock " + file + ": " + EnforcerException.reason(e), e);
        }
    }

    /** The whole path, as folders of one name may be on several file systems. */
    private static String name(Path pinFolder) {
        String path = pinFolder.toAbsolutePath().normalize().toString();
        return URLEncoder.encode(path.substring(1), StandardCharsets.UTF_8) + ".lock";
    }

    private static @Nullable FileLock tryLock(FileChannel channel) throws IOException {
        try {
            return channel.tryLock();
        } catch (OverlappingFileLockException e) {
            return null; // this very process has it
        }
    }

    @Override
    public void close() {
        try {
            channel.close();
        } catch (IOException e) {
            throw new EnforcerException("cannot release the agent's lock: " + e.getMessage(), e);
        }
    }
}
