// SPDX-License-Identifier: Apache-2.0
package dev.portcullis.cli;

import dev.portcullis.policy.EffectiveMode;
import dev.portcullis.policy.PolicyException;
import dev.portcullis.policy.SourcedPolicy;
import dev.portcullis.policy.explain.Decision;
import dev.portcullis.policy.explain.Explainer;
import dev.portcullis.policy.explain.Explanation;
import dev.portcullis.policy.pattern.Endpoint;
import dev.portcullis.policy.pattern.PatternException;
import dev.portcullis.policy.pattern.RealPath;
import dev.portcullis.policy.ruleset.EgressQuestion;
import dev.portcullis.policy.ruleset.Lane;
import dev.portcullis.policy.ruleset.QuestionKind;
import dev.portcullis.policy.ruleset.RuleInfo;
import java.nio.file.Path;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
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

    @Mixin private PodOptions pod = new PodOptions();

    @Option(
            names = "--namespace-mode",
            paramLabel = "enforce|audit|off",
            description = "As if the namespace had the label portcullis.dev/mode.")
    private @Nullable NamespaceMode namespaceMode;

    /** The values of the label, spelled as they are there. */
    @SuppressWarnings("UnusedVariable") // picocli makes them
    private enum NamespaceMode {
        enforce,
        audit,
        off
    }

    @SuppressWarnings("ArrayRecordComponent") // not compared
    private record Question(String text, QuestionKind kind, byte[] bytes) {}

    @Override
    public Integer call() throws PolicyException {
        List<Question> questions = questions();
        List<SourcedPolicy> all = PolicyFiles.readAll(files);
        Explainer explainer = Explainer.of(counting(pod.identity().selectTelling(all, false)));
        for (Question question : questions) {
            System.out.println(question.text());
            for (Lane lane : Lane.values()) {
                Explanation explanation =
                        explainer.explain(question.kind(), lane, question.bytes());
                String name = lane.name().toLowerCase(Locale.ROOT) + " lane";
                System.out.printf("  %-12s  %s%n", name, text(explanation.decision()));
                explanation
                        .without()
                        .ifPresent(decision ->
                                System.out.printf("  %-12s  without it %s%n", "", text(decision)));
            }
        }
        return 0;
    }

    private List<Question> questions() {
        List<Question> questions = new ArrayList<>();
        paths("--exec", "exec", QuestionKind.EXEC, exec, questions);
        paths("--open", "read", QuestionKind.READ, open, questions);
        paths("--write", "write", QuestionKind.WRITE, write, questions);
        for (String peer : connect) {
            try {
                Endpoint endpoint = Endpoint.parse(peer);
                byte[] bytes =
                        EgressQuestion.of(endpoint.protocol(), endpoint.address(), endpoint.port());
                questions.add(new Question("connect " + peer, QuestionKind.EGRESS, bytes));
            } catch (PatternException e) {
                throw new BadInputException("--connect: " + e.getMessage());
            }
        }
        if (questions.isEmpty()) {
            throw new BadInputException(
                    "nothing to explain; give --exec, --open, --write or --connect");
        }
        return questions;
    }

    private static void paths(
            String option,
            String name,
            QuestionKind kind,
            List<String> paths,
            List<Question> questions) {
        for (String path : paths) {
            try {
                questions.add(new Question(name + " " + path, kind, RealPath.bytes(path)));
            } catch (PatternException e) {
                throw new BadInputException(option + ": " + e.getMessage());
            }
        }
    }

    /** The policies in the modes that the namespace lets them have. */
    private List<SourcedPolicy> counting(List<SourcedPolicy> policies) {
        List<SourcedPolicy> counting = new ArrayList<>();
        String label = namespaceMode == null ? null : namespaceMode.name();
        for (SourcedPolicy policy : policies) {
            EffectiveMode.of(policy.policy().spec().mode(), label, false, null, Instant.EPOCH)
                    .mode()
                    .ifPresent(mode -> counting.add(policy.withMode(mode)));
        }
        return counting;
    }

    private static String text(Decision decision) {
        String action =
                switch (decision.action()) {
                    case ALLOW -> "allowed";
                    case AUDIT -> "allowed and reported";
                    case BLOCK -> "refused";
                    case KILL -> "refused and killed";
                };
        return action
                + decision.by().map(rule -> " by " + text(rule)).orElse(": no rule speaks of it");
    }

    private static String text(RuleInfo rule) {
        return "%s of %s (%s, %s), %s tier"
                .formatted(
                        rule.field(),
                        rule.qualifiedPolicy(),
                        rule.action(),
                        rule.source(),
                        rule.tier().name().toLowerCase(Locale.ROOT));
    }
}
