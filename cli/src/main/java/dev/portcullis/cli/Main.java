// SPDX-License-Identifier: Apache-2.0
package dev.portcullis.cli;

import dev.portcullis.enforcer.ffi.BpfException;
import dev.portcullis.enforcer.kernel.EnforcerException;
import dev.portcullis.policy.PolicyException;
import picocli.CommandLine;
import picocli.CommandLine.Command;

/**
 * The way in. Exit status: 0 done; 1 the machine or the kernel is in the way; 2 the input is wrong.
 */
@Command(
        name = "portcullis",
        description = "Enforces security policies in the kernel.",
        mixinStandardHelpOptions = true,
        version = "portcullis 0.1.0",
        subcommands = {
            RunCommand.class,
            AgentCommand.class,
            LintCommand.class,
            ExplainCommand.class,
            DiffCommand.class,
            TestCommand.class,
            DoctorCommand.class,
            UnloadCommand.class
        })
public final class Main {
    /** The machine or the kernel is in the way. */
    static final int FAILED = 1;

    /** What was compared is not the same; a case failed. */
    static final int DIFFERENT = 1;

    /** The input is wrong. */
    static final int BAD_INPUT = 2;

    private Main() {}

    public static void main(String[] arguments) {
        System.exit(execute(arguments));
    }

    static int execute(String... arguments) {
        CommandLine line = new CommandLine(new Main());
        // What follows the command is the command's.
        line.getSubcommands().get("run").setStopAtPositional(true);
        line.setExecutionExceptionHandler((thrown, command, parsed) -> report(thrown));
        return line.execute(arguments);
    }

    private static int report(Exception thrown) throws Exception {
        return switch (thrown) {
            case PolicyException e -> tell(String.valueOf(e.getMessage()), BAD_INPUT);
            case BadInputException e -> tell("portcullis: " + e.getMessage(), BAD_INPUT);
            case BpfException e -> tell("portcullis: " + e.getMessage(), FAILED);
            case EnforcerException e -> tell("portcullis: " + e.getMessage(), FAILED);
            default -> throw thrown;
        };
    }

    /** Tells people something that is not the result. */
    static void say(String message) {
        System.err.println("portcullis: " + message);
    }

    private static int tell(String message, int status) {
        System.err.println(message);
        return status;
    }
}
