// SPDX-License-Identifier: Apache-2.0
package dev.portcullis.cli;

import dev.portcullis.policy.explain.Operation;
import dev.portcullis.policy.explain.Verb;
import dev.portcullis.policy.pattern.PatternException;
import java.util.ArrayList;
import java.util.List;
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
            names = "--connect",
            paramLabel = "PEER",
            description =
                    "Connecting or sending to this peer: 10.0.0.1:80, [fd00::1]:53/UDP, 10.0.0.1/ICMP.")
    private List<String> connect = List.of();

    /**
     * All of them, verb by verb.
     *
     * @throws BadInputException if a path or peer is none; says of which option
     */
    List<Operation> operations() {
        List<Operation> operations = new ArrayList<>();
        for (Verb verb : Verb.values()) {
            for (String object : objects(verb)) {
                try {
                    operations.add(verb.to(object));
                } catch (PatternException e) {
                    throw new BadInputException("--" + verb.word() + ": " + e.getMessage());
                }
            }
        }
        return operations;
    }

    private List<String> objects(Verb verb) {
        return switch (verb) {
            case EXEC -> exec;
            case OPEN -> open;
            case WRITE -> write;
            case CONNECT -> connect;
        };
    }
}
