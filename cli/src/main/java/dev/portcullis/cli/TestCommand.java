// SPDX-License-Identifier: Apache-2.0
package dev.portcullis.cli;

import dev.portcullis.policy.PolicyException;
import dev.portcullis.policy.cases.CaseFile;
import dev.portcullis.policy.parse.CaseFileParser;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Parameters;

/** {@code portcullis test}: unit tests of policies. */
@Command(
        name = "test",
        mixinStandardHelpOptions = true,
        sortOptions = false,
        description = {
            "Runs the unit tests of policies: operations, and what is expected of them.",
            "Each case that fails is told, FILE:LINE first, with what was expected and what decided."
        },
        footer = {
            "",
            "Exit status: 0 if all cases passed; 1 if one failed; 2 if the input is wrong."
        })
final class TestCommand implements Callable<Integer> {
    @Parameters(
            arity = "1..*",
            paramLabel = "FILE",
            description = "Files of cases; the policies they name are looked for beside them.")
    private List<Path> files = List.of();

    @Override
    public Integer call() throws PolicyException {
        List<CaseRun> runs = new ArrayList<>();
        for (Path file : files) {
            CaseFile cases = CaseFileParser.parse(file.toString(), PolicyFiles.bytes(file));
            runs.add(CaseRun.of(file, cases));
        }
        runs.stream().flatMap(run -> run.failures().stream()).forEach(System.out::println);
        int failed = runs.stream().mapToInt(run -> run.failures().size()).sum();
        Main.say(
                "cases: %d, failed: %d"
                        .formatted(runs.stream().mapToInt(CaseRun::count).sum(), failed));
        return failed == 0 ? 0 : Main.DIFFERENT;
    }
}
