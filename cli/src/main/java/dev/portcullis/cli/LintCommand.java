// SPDX-License-Identifier: Apache-2.0
package dev.portcullis.cli;

import dev.portcullis.policy.PolicyException;
import dev.portcullis.policy.SourcedPolicy;
import dev.portcullis.policy.compile.RuleSetCompiler;
import dev.portcullis.policy.lint.Linter;
import dev.portcullis.policy.lint.Warning;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** {@code portcullis lint}: what is wrong or odd in policies. */
@Command(
        name = "lint",
        mixinStandardHelpOptions = true,
        sortOptions = false,
        description = {
            "Tells what is wrong in policies, and warns of what has no effect: one a line, FILE:LINE first.",
            "All rules and paths warned of as without effect can be taken out together, and every operation"
                    + " is judged as before."
        },
        footer = {
            "",
            "Exit status: 0 if nothing is wrong; 2 if something is, or, with --strict, if there are warnings."
        })
final class LintCommand implements Callable<Integer> {
    @Parameters(
            arity = "1..*",
            paramLabel = "FILE",
            description = "Files of policies, or folders of such files.")
    private List<Path> files = List.of();

    @Option(names = "--strict", description = "Warnings count as errors.")
    private boolean strict;

    @Override
    public Integer call() throws PolicyException {
        List<SourcedPolicy> policies = PolicyFiles.readAll(files);
        RuleSetCompiler.checkNames(policies);
        int warnings = 0;
        for (SourcedPolicy policy : policies) {
            new RuleSetCompiler().compile(List.of(policy));
            for (Warning warning : Linter.lint(policy)) {
                System.out.println(warning);
                warnings++;
            }
        }
        Main.say("policies: %d, warnings: %d".formatted(policies.size(), warnings));
        return strict && warnings > 0 ? Main.BAD_INPUT : 0;
    }
}
