// SPDX-License-Identifier: Apache-2.0
package dev.portcullis.e2e;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;

/**
 * A folder, and peers, in which the lines of one set of policies are tried once: what their
 * operations need is there before, and what they have done can be looked up.
 */
final class ConformanceScene implements AutoCloseable {
    private static final String CONTENT = "content";

    private static final Set<String> NEEDING_A_FILE =
            Set.of(
                    "read",
                    "write",
                    "rdwr",
                    "trunc",
                    "opath",
                    "descriptor",
                    "deleted",
                    "map",
                    "maplater",
                    "unlink",
                    "truncate",
                    "queue",
                    "handle",
                    "uring",
                    "holder",
                    "setxattr",
                    "setacl",
                    "chmod",
                    "chown",
                    "rename",
                    "link",
                    "exchange",
                    "module",
                    "kexec");
    private static final Set<String> NEEDING_DIRECTORIES =
            Set.of(
                    "rmdir",
                    "movedir",
                    "tmpfs",
                    "bind",
                    "movemount",
                    "chroot",
                    "pivotroot",
                    "overlay");
    private static final Set<String> NEEDING_A_PROGRAM =
            Set.of("exec", "fdexec", "checkexec", "memfdexec", "become", "exefile");

    private final Workspace work = Workspace.create();
    private final Map<String, ConformanceEffect> effects = new HashMap<>();
    private final List<String> arguments = new ArrayList<>();
    private final List<AutoCloseable> peers = new ArrayList<>();

    ConformanceScene(List<ConformanceCase> cases) throws IOException {
        for (ConformanceCase line : cases) {
            arguments.add("case:%s,%d".formatted(line.name(), line.operations().size()));
            for (String operation : line.operations()) {
                String plain = resolve(operation).replaceFirst("^\\+", "");
                prepare(plain);
                arguments.add(plain);
            }
        }
        // When all is there: a state is compared with that before.
        for (ConformanceCase line : cases) {
            for (String effect : line.effects()) {
                ConformanceEffect.Watched watched = ConformanceEffect.watch(resolve(effect));
                watched.peer().ifPresent(peers::add);
                effects.put(line.name() + effect, watched.effect());
            }
        }
    }

    /** A text of the table or of a policy as it is meant in this folder. */
    String resolve(String text) {
        return text.replace("~/", work.folder() + "/")
                .replace("ATTEMPT", Workspace.ATTEMPT.toString());
    }

    /** What {@code attempt} is to do, one case after the other. */
    List<String> arguments() {
        return arguments;
    }

    /** Whether a line's effect has come about; false if all is as it was before. */
    boolean happened(ConformanceCase line, String effect) throws IOException {
        return effects.get(line.name() + effect).happened();
    }

    private void prepare(String operation) throws IOException {
        String[] parts = operation.split(":", 2);
        if (parts.length < 2) {
            return;
        }
        String[] operands = parts[1].split(",", -1);
        for (String operand : operands) {
            if (mine(operand)) {
                Files.createDirectories(Path.of(operand).getParent());
            } else {
                prepare(operand); // of a program that is to try something itself
            }
        }
        if (NEEDING_A_PROGRAM.contains(parts[0])) {
            program(operands[0]);
        } else if (NEEDING_DIRECTORIES.contains(parts[0])) {
            directories(parts[0].equals("movedir") ? new String[] {operands[0]} : operands);
        } else if (NEEDING_A_FILE.contains(parts[0])) {
            file(operands[0]);
            if (parts[0].equals("exchange")) {
                file(operands[1]);
            }
        }
    }

    private boolean mine(String operand) {
        return operand.startsWith(work.folder() + "/");
    }

    private void directories(String... operands) throws IOException {
        for (String operand : operands) {
            if (mine(operand)) {
                Files.createDirectories(Path.of(operand));
            }
        }
    }

    /** A script that leaves a file beside it, or a file with some content. */
    private void file(String path) {
        if (!mine(path) || Files.exists(Path.of(path))) {
            return;
        }
        if (path.endsWith(".sh")) {
            work.script(path, "#!/bin/sh\n: > " + path + ".ran\n");
        } else {
            work.file(path, CONTENT);
        }
    }

    /** A script, or {@code attempt} by another name. */
    private void program(String path) throws IOException {
        if (path.endsWith(".sh")) {
            file(path);
        } else if (mine(path) && !Files.exists(Path.of(path))) {
            Files.createLink(Path.of(path), Workspace.ATTEMPT);
        }
    }

    @Override
    public void close() throws Exception {
        for (AutoCloseable peer : peers) {
            peer.close();
        }
    }
}
