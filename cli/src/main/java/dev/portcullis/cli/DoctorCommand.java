// SPDX-License-Identifier: Apache-2.0
package dev.portcullis.cli;

import dev.portcullis.enforcer.kernel.Finding;
import dev.portcullis.enforcer.kernel.KernelSupport;
import java.util.List;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;

/** {@code portcullis doctor}: what this machine offers. */
@Command(
        name = "doctor",
        mixinStandardHelpOptions = true,
        description = {
            "Tells what this machine and its kernel offer, and what is missing and why.",
            "Exit status 0 if enforcement is possible here, otherwise 1."
        })
final class DoctorCommand implements Callable<Integer> {
    @Override
    public Integer call() {
        List<Finding> findings = KernelSupport.check();
        int width = findings.stream().mapToInt(finding -> finding.need().length()).max().orElse(0);
        System.out.printf(
                "kernel %s, %s%n", KernelSupport.release(), System.getProperty("os.arch"));
        for (Finding finding : findings) {
            System.out.printf(
                    "%-3s  %-" + width + "s  %s%n",
                    finding.met() ? "yes" : "NO",
                    finding.need(),
                    finding.detail());
            if (!finding.met()) {
                System.out.printf("     %-" + width + "s  cure: %s%n", "", finding.cure());
            }
        }
        boolean possible = findings.stream().allMatch(Finding::met);
        System.out.println(
                possible
                        ? "enforcement: possible on this kernel"
                        : "enforcement: not possible on this kernel");
        return possible ? 0 : Main.FAILED;
    }
}
