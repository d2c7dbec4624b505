// SPDX-License-Identifier: Apache-2.0
package dev.portcullis.cli;

import dev.portcullis.enforcer.Enforcer;
import dev.portcullis.enforcer.EnforcerOptions;
import java.nio.file.Path;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

/** {@code portcullis unload}: lifts what an agent that died still enforces. */
@Command(
        name = "unload",
        mixinStandardHelpOptions = true,
        description =
                "Removes from the kernel what an agent that ended without cleaning up still enforces.")
final class UnloadCommand implements Callable<Integer> {
    @Option(
            names = "--pins",
            paramLabel = "FOLDER",
            description = "The agent's folder on the BPF file system.")
    private Path pins = EnforcerOptions.DEFAULT_PIN_FOLDER;

    @Override
    public Integer call() {
        System.out.println(
                Enforcer.unload(pins)
                        ? "removed " + pins
                        : "nothing to remove: " + pins + " does not exist");
        return 0;
    }
}
