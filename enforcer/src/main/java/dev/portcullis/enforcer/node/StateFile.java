// SPDX-License-Identifier: Apache-2.0
package dev.portcullis.enforcer.node;

import dev.portcullis.enforcer.kernel.EnforcerException;
import dev.portcullis.node.v1alpha1.NodeState;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.channels.Channels;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.util.Optional;

/**
 * What a node knew last, on its disk. Written beside the old one and put in its place, so that at
 * every moment one of them is whole.
 */
final class StateFile {
    private final Path file;
    private final Path next;

    /**
     * @param folder is made where it is missing
     */
    StateFile(Path folder) {
        file = folder.resolve("state");
        next = folder.resolve("state.next");
        try {
            Files.createDirectories(folder);
        } catch (IOException e) {
            throw new EnforcerException(
                    "cannot keep state in " + folder + ": " + EnforcerException.reason(e), e);
        }
    }

    /**
     * @return empty if there is none
     * @throws EnforcerException if it cannot be read, or is damaged
     */
    Optional<NodeState> read() {
        try (InputStream in = Files.newInputStream(file)) {
            return Optional.of(NodeState.parseFrom(in));
        } catch (NoSuchFileException e) {
            return Optional.empty();
        } catch (IOException e) {
            throw new EnforcerException(
                    "cannot read the state in "
                            + file
                            + " ("
                            + EnforcerException.reason(e)
                            + "); without the file the agent starts from what the operator says",
                    e);
        }
    }

    /**
     * @throws EnforcerException if it cannot be written; the old one is still there then
     */
    void write(NodeState state) {
        try (FileChannel channel =
                FileChannel.open(
                        next,
                        StandardOpenOption.CREATE,
                        StandardOpenOption.WRITE,
                        StandardOpenOption.TRUNCATE_EXISTING)) {
            OutputStream out = Channels.newOutputStream(channel);
            state.writeTo(out);
            channel.force(true);
            Files.move(next, file, StandardCopyOption.ATOMIC_MOVE);
        } catch (IOException e) {
            throw new EnforcerException(
                    "cannot write the state to " + file + ": " + EnforcerException.reason(e), e);
        }
    }
}
