// SPDX-License-Identifier: Apache-2.0
package dev.portcullis.cli;

import dev.portcullis.policy.explain.Doer;
import dev.portcullis.policy.explain.Operation;
import dev.portcullis.policy.explain.Verb;
import dev.portcullis.policy.pattern.PatternException;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Option;

/** The options that stand for the operations that policies are asked about. */
final class OperationOptions {
    @Option(names = "--exec", paramLabel = "PATH", description = "Executing this file.")
    private List<String> exec = List.of();

    @Option(names = "--open", paramLabel = "PATH", description = "Opening this file for reading.")
    private List<String> open = List.of();

    @Option(names = "--write", paramLabel = "PATH", description = "Opening this file for writing.")
    private List<String> write = List.of();

    @Option(
            names = "--map",
            paramLabel = "PATH",
            description = "Mapping this file executable, as loaders of programs do.")
    private List<String> map = List.of();

    @Option(
            names = "--connect",
            paramLabel = "PEER",
            description =
                    "Connecting or sending to this peer: 10.0.0.1:80, [fd00::1]:53/UDP, 10.0.0.1/ICMP.")
    private List<String> connect = List.of();

    @Option(
            names = "--listen",
            paramLabel = "ADDRESS",
            description =
                    "Binding or listening here: 0.0.0.0:80, [::]:53/UDP. Port 0 is one that the kernel"
                            + " chooses.")
    private List<String> listen = List.of();

    @Option(
            names = "--socket",
            paramLabel = "SORT",
            description = "Making such a socket: Raw, Packet, Unix or Netlink.")
    private List<String> socket = List.of();

    @Option(
            names = "--capability",
            paramLabel = "NAME",
            description = "Using this capability, such as NET_RAW.")
    private List<String> capability = List.of();

    @Option(
            names = "--operation",
            paramLabel = "NAME",
            description =
                    "Doing this to the system: Mount, Ptrace, UserNamespace, Bpf, ModuleLoad or Kexec.")
    private List<String> operation = List.of();

    @Option(
            names = "--from",
            paramLabel = "PATH",
            description =
                    "Who does it: the executable, as it was executed, or the word unknown. Without it,"
                            + " somebody whom no rule names.")
    private @Nullable String from;

    @Option(names = "--owner", description = "As if the file belonged to the task.")
    private boolean owner;

    /**
     * All of them, verb by verb.
     *
     * @throws BadInputException if a path, address or name is none; says of which option
     */
    List<Operation> operations() {
        Doer doer = doer();
        List<Operation> operations = new ArrayList<>();
        for (Verb verb : Verb.values()) {
            for (String object : objects(verb)) {
                try {
                    operations.add(verb.to(object, doer));
                } catch (PatternException e) {
                    throw new BadInputException("--" + verb.word() + ": " + e.getMessage());
                }
            }
        }
        return operations;
    }

    private Doer doer() {
        try {
            return Doer.named(Optional.ofNullable(from), owner);
        } catch (PatternException e) {
            throw new BadInputException("--from: " + e.getMessage());
        }
    }

    private List<String> objects(Verb verb) {
        return switch (verb) {
            case EXEC -> exec;
            case MAP -> map;
            case OPEN -> open;
            case WRITE -> write;
            case CONNECT -> connect;
            case LISTEN -> listen;
            case SOCKET -> socket;
            case CAPABILITY -> capability;
            case OPERATION -> operation;
        };
    }
}
