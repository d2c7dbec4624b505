// SPDX-License-Identifier: Apache-2.0
package dev.portcullis.cli;

import dev.portcullis.policy.PolicyException;
import dev.portcullis.policy.SourcedPolicy;
import dev.portcullis.policy.compile.RuleSetCompiler;
import dev.portcullis.policy.diff.Difference;
import dev.portcullis.policy.diff.PolicyDiff;
import dev.portcullis.policy.diff.PolicyDifference;
import dev.portcullis.policy.diff.RuleDiff;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Parameters;

/** {@code portcullis diff}: what a change of policies means. */
@Command(
        name = "diff",
        mixinStandardHelpOptions = true,
        sortOptions = false,
        description = {
            "Tells which operations policies judge otherwise than before: the shortest example of each change"
                    + " of verdict by other rules.",
            "Each policy is compared with the one of its name, beside whatever other policies. With any of"
                    + " the options below, all that selects that pod is compared together."
        },
        footer = {
            "",
            "Exit status: 0 if there is no difference in meaning; 1 if there is one; 2 if the input is wrong."
        })
final class DiffCommand implements Callable<Integer> {
    @Parameters(
            index = "0",
            paramLabel = "OLD",
            description = "The file of policies as it was, or a folder of such files.")
    private Path old = Path.of("");

    @Parameters(index = "1", paramLabel = "NEW", description = "The same as it is to be.")
    private Path young = Path.of("");

    @Mixin private ClusterPodOptions pod = new ClusterPodOptions();

    @Override
    public Integer call() throws PolicyException {
        List<SourcedPolicy> before = read(old);
        List<SourcedPolicy> now = read(young);
        boolean same = pod.given() ? comparePod(before, now) : comparePolicies(before, now);
        if (same) {
            System.out.println("no difference in meaning");
        }
        return same ? 0 : Main.DIFFERENT;
    }

    private static List<SourcedPolicy> read(Path place) throws PolicyException {
        List<SourcedPolicy> policies = PolicyFiles.readAll(List.of(place));
        RuleSetCompiler.checkNames(policies);
        return policies;
    }

    private boolean comparePod(List<SourcedPolicy> before, List<SourcedPolicy> now)
            throws PolicyException {
        List<Difference> differences = RuleDiff.ofAll(pod.counting(before), pod.counting(now));
        differences.forEach(difference -> DifferenceText.lines(difference).forEach(this::print));
        return differences.isEmpty();
    }

    private boolean comparePolicies(List<SourcedPolicy> before, List<SourcedPolicy> now)
            throws PolicyException {
        List<PolicyDifference> differences = PolicyDiff.of(before, now);
        for (PolicyDifference difference : differences) {
            print(DifferenceText.heading(difference));
            for (String line : DifferenceText.lines(difference)) {
                print("  " + line);
            }
        }
        return differences.isEmpty();
    }

    private void print(String line) {
        System.out.println(line);
    }
}
