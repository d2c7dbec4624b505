// SPDX-License-Identifier: Apache-2.0
package dev.portcullis.cli;

import dev.portcullis.policy.PolicyException;
import dev.portcullis.policy.explain.Explainer;
import dev.portcullis.policy.explain.Explanation;
import dev.portcullis.policy.explain.Operation;
import dev.portcullis.policy.ruleset.Lane;
import java.nio.file.Path;
import java.util.List;
import java.util.Locale;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Parameters;

/** {@code portcullis explain}: who decides about an operation. */
@Command(
        name = "explain",
        mixinStandardHelpOptions = true,
        sortOptions = false,
        description = {
            "Tells what policies decide about operations, by which rule, and what would decide without it.",
            "In the enforce lane count the policies in mode Enforce, in the audit lane all of them:"
                    + " what only the audit lane refuses is reported as a would-block."
        },
        footer = {"", "Exit status: 0 whatever is decided; 2 if the input is wrong."})
final class ExplainCommand implements Callable<Integer> {
    @Parameters(
            arity = "1..*",
            paramLabel = "FILE",
            description = "Files of policies, or folders of such files.")
    private List<Path> files = List.of();

    @Mixin private OperationOptions operations = new OperationOptions();

    @Mixin private ClusterPodOptions pod = new ClusterPodOptions();

    @Override
    public Integer call() throws PolicyException {
        List<Operation> asked = operations.operations();
        if (asked.isEmpty()) {
            throw new BadInputException(
                    "nothing to explain; give --exec, --open, --write, --connect, --listen,"
                            + " --socket, --capability or --operation");
        }
        Explainer explainer = Explainer.of(pod.counting(PolicyFiles.readAll(files)));
        for (Operation operation : asked) {
            System.out.println(operation);
            for (Lane lane : Lane.values()) {
                Explanation explanation =
                        explainer.explain(
                                operation.verb().kind(),
                                lane,
                                operation.question(),
                                operation.doer());
                String name = lane.name().toLowerCase(Locale.ROOT) + " lane";
                System.out.printf("  %-12s  %s%n", name, DecisionText.of(explanation.decision()));
                explanation
                        .without()
                        .ifPresent(decision ->
                                System.out.printf(
                                        "  %-12s  without it %s%n", "", DecisionText.of(decision)));
            }
        }
        return 0;
    }
}
