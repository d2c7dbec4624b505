// SPDX-License-Identifier: Apache-2.0
package dev.portcullis.cli;

import dev.portcullis.enforcer.kernel.EnforcerException;
import dev.portcullis.enforcer.kernel.Finding;
import dev.portcullis.enforcer.kernel.KernelSupport;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Model.CommandSpec;

/**
 * Where this kernel cannot enforce: runs the same command in a virtual machine with a stock kernel
 * that can. The launcher of a source checkout names the harness in {@value #HARNESS}; an installed
 * agent has none, and says why it cannot go on.
 */
final class VirtualMachine {
    private static final String HARNESS = "PORTCULLIS_VM";
    private static final String LAUNCHER = "PORTCULLIS_LAUNCHER";
    private static final String KERNEL = "PORTCULLIS_KERNEL";

    /**
     * Set inside, so that a kernel that disappoints there is an error and not a reason for one more
     * machine.
     */
    private static final String INSIDE = "PORTCULLIS_INSIDE_VM";

    private static final String DEFAULT_KERNEL = "6.12";

    /** The machine's own bound on a session, in seconds: a day. */
    private static final int LONGEST = 86_400;

    private final String harness;
    private final String launcher;
    private final String kernel;

    private VirtualMachine(String harness, String launcher, String kernel) {
        this.harness = harness;
        this.launcher = launcher;
        this.kernel = kernel;
    }

    /**
     * One to use instead of this kernel; null if this kernel can enforce, or no harness is at hand.
     */
    static @Nullable VirtualMachine ifNeeded() {
        String harness = System.getenv(HARNESS);
        String launcher = System.getenv(LAUNCHER);
        if (harness == null || launcher == null || System.getenv(INSIDE) != null) {
            return null;
        }
        Optional<Finding> missing =
                KernelSupport.check().stream()
                        .filter(finding -> !finding.met() && finding.ofKernel())
                        .findFirst();
        if (missing.isEmpty()) {
            return null;
        }
        String kernel = Optional.ofNullable(System.getenv(KERNEL)).orElse(DEFAULT_KERNEL);
        System.err.printf(
                "portcullis: this kernel (%s) cannot enforce (%s: %s); running in a virtual machine with Debian's %s%n",
                KernelSupport.release(), missing.get().need(), missing.get().detail(), kernel);
        return new VirtualMachine(harness, launcher, kernel);
    }

    /** Runs the same command line there; returns its exit status. */
    int run(@Nullable CommandSpec spec) {
        List<String> line =
                new ArrayList<>(
                        List.of(
                                harness,
                                "run",
                                "--quiet",
                                "--kernel",
                                kernel,
                                "--timeout",
                                Integer.toString(LONGEST),
                                "--"));
        line.add(launcher);
        if (spec != null) {
            line.addAll(spec.root().commandLine().getParseResult().originalArgs());
        }
        ProcessBuilder builder = new ProcessBuilder(line).inheritIO();
        builder.environment().put(INSIDE, "1");
        try {
            Process process = builder.start();
            Runtime.getRuntime().addShutdownHook(new Thread(process::destroy, "vm-closer"));
            return process.waitFor();
        } catch (IOException e) {
            throw new EnforcerException("cannot start the virtual machine: " + e.getMessage(), e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new EnforcerException("interrupted while the virtual machine ran", e);
        }
    }
}
