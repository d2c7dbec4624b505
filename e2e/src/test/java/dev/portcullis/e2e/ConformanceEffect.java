// SPDX-License-Identifier: Apache-2.0
package dev.portcullis.e2e;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.util.Optional;

/** What an operation leaves behind: in the file system, or at a peer. */
@FunctionalInterface
interface ConformanceEffect {
    /**
     * True if it has come about, false if nothing has.
     *
     * @throws AssertionError if something else has
     */
    boolean happened() throws IOException;

    /** An effect, and the peer that has to listen for it. */
    record Watched(ConformanceEffect effect, Optional<AutoCloseable> peer) {}

    /** Begins to watch for an effect as the table spells it. */
    static Watched watch(String text) throws IOException {
        String[] words = text.split(" ", 2);
        return switch (words[0]) {
            case "tcp", "udp" -> {
                Listener listener = new Listener(Integer.parseInt(words[1]));
                boolean tcp = words[0].equals("tcp");
                yield new Watched(
                        () ->
                                once(
                                        text,
                                        tcp ? listener.connections() : listener.datagrams(),
                                        tcp ? listener.datagrams() : listener.connections()),
                        Optional.of(listener));
            }
            default -> {
                Path path = Path.of(words[1]);
                boolean owned = words[0].equals("owner");
                State before = State.of(path, owned);
                yield new Watched(() -> changed(words[0], path, before, owned), Optional.empty());
            }
        };
    }

    private static boolean once(String text, int meant, int others) {
        if (meant > 1 || others > 0) {
            throw new AssertionError(
                    "%s: came %d times, and %d others".formatted(text, meant, others));
        }
        return meant == 1;
    }

    private static boolean changed(String how, Path path, State before, boolean owned)
            throws IOException {
        State now = State.of(path, owned);
        if (now.equals(before)) {
            return false;
        }
        boolean asMeant =
                switch (how) {
                    case "made" -> !before.exists() && now.exists();
                    case "gone" -> before.exists() && !now.exists();
                    case "bytes" -> now.equals(before.with(now.content()));
                    case "empty" -> now.equals(before.with(""));
                    case "mode" -> !now.permissions().equals(before.permissions());
                    case "owner" -> !now.owner().equals(before.owner());
                    default -> throw new IllegalArgumentException("effect " + how);
                };
        if (!asMeant) {
            throw new AssertionError("%s %s: from %s to %s".formatted(how, path, before, now));
        }
        return true;
    }

    /**
     * All that the operations of the table change. The owner only where that is asked: setting the
     * scene changes it too.
     */
    record State(boolean exists, String content, String permissions, String owner) {
        static State of(Path path, boolean owned) throws IOException {
            if (!Files.exists(path, LinkOption.NOFOLLOW_LINKS)) {
                return new State(false, "", "", "");
            }
            String content =
                    Files.isRegularFile(path, LinkOption.NOFOLLOW_LINKS)
                            ? Files.readString(path)
                            : "";
            return new State(
                    true,
                    content,
                    String.valueOf(
                            Files.getAttribute(path, "unix:mode", LinkOption.NOFOLLOW_LINKS)),
                    owned
                            ? String.valueOf(
                                    Files.getAttribute(path, "unix:uid", LinkOption.NOFOLLOW_LINKS))
                            : "");
        }

        State with(String other) {
            return new State(exists, other, permissions, owner);
        }
    }
}
