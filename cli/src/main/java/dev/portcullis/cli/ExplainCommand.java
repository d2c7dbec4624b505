// SPDX-License-Identifier: Apache-2.0
package dev.portcullis.cli;

import dev.portcullis.api.v1alpha1.Capability;
import dev.portcullis.api.v1alpha1.Named;
import dev.portcullis.api.v1alpha1.Protocol;
import dev.portcullis.api.v1alpha1.SystemOperation;
import dev.portcullis.policy.EffectiveMode;
import dev.portcullis.policy.PolicyException;
import dev.portcullis.policy.SourcedPolicy;
import dev.portcullis.policy.explain.Decision;
import dev.portcullis.policy.explain.Doer;
import dev.portcullis.policy.explain.Explainer;
import dev.portcullis.policy.explain.Explanation;
import dev.portcullis.policy.pattern.Endpoint;
import dev.portcullis.policy.pattern.PatternException;
import dev.portcullis.policy.pattern.RealPath;
import dev.portcullis.policy.ruleset.EgressQuestion;
import dev.portcullis.policy.ruleset.Lane;
import dev.portcullis.policy.ruleset.NumberQuestion;
import dev.portcullis.policy.ruleset.QuestionKind;
import dev.portcullis.policy.ruleset.RuleInfo;
import java.nio.file.Path;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.Callable;
import java.util.function.ToIntFunction;
import java.util.stream.Collectors;
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

    @Option(
            names = "--listen",
            paramLabel = "ADDRESS",
            description =
                    "Binding or listening here: 0.0.0.0:80, [::]:53/UDP. Port 0 is one that the kernel"
                            + " chooses.")
    private List<String> listen = List.of();

    @Option(
            names = "--socket",
            paramLabel = "SORT",
            description = "Making such a socket: Raw, Packet, Unix or Netlink.")
    private List<String> socket = List.of();

    @Option(
            names = "--capability",
            paramLabel = "NAME",
            description = "Using this capability, such as NET_RAW.")
    private List<String> capability = List.of();

    @Option(
            names = "--operation",
            paramLabel = "NAME",
            description =
                    "Doing this to the system: Mount, Ptrace, UserNamespace, Bpf, ModuleLoad or Kexec.")
    private List<String> operation = List.of();

    @Option(
            names = "--from",
            paramLabel = "PATH",
            description =
                    "Who does it: the executable, as it was executed, or the word unknown. Without it,"
                            + " somebody whom no rule names.")
    private @Nullable String from;

    @Option(names = "--owner", description = "As if the file belonged to the task.")
    private boolean owner;

    @Mixin private PodOptions pod = new PodOptions();

    @Option(
            names = "--namespace-label",
            paramLabel = "KEY=VALUE",
            description =
                    "Labels that namespaceSelector looks at. Without any, each namespaceSelector matches.")
    private @Nullable Map<String, String> namespaceLabels;

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
        Doer doer = doer();
        List<SourcedPolicy> all = PolicyFiles.readAll(files);
        Explainer explainer = Explainer.of(counting(select(all)));
        for (Question question : questions) {
            System.out.println(question.text());
            for (Lane lane : Lane.values()) {
                Explanation explanation =
                        explainer.explain(question.kind(), lane, question.bytes(), doer);
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

    private List<SourcedPolicy> select(List<SourcedPolicy> all) {
        return pod.identity(namespaceLabels).selectTelling(all, false);
    }

    private List<Question> questions() {
        List<Question> questions = new ArrayList<>();
        paths("--exec", "exec", QuestionKind.EXEC, exec, questions);
        paths("--open", "read", QuestionKind.READ, open, questions);
        paths("--write", "write", QuestionKind.WRITE, write, questions);
        endpoints("connect", QuestionKind.EGRESS, connect, questions);
        endpoints("listen", QuestionKind.LISTEN, listen, questions);
        List<Protocol> sockets =
                Arrays.stream(Protocol.values()).filter(Protocol::isSocket).toList();
        names("socket", QuestionKind.SOCKET, socket, sockets, NumberQuestion::of, questions);
        names(
                "capability",
                QuestionKind.CAPABILITY,
                capability,
                List.of(Capability.values()),
                NumberQuestion::of,
                questions);
        names(
                "operation",
                QuestionKind.OPERATION,
                operation,
                List.of(SystemOperation.values()),
                NumberQuestion::of,
                questions);
        if (questions.isEmpty()) {
            throw new BadInputException(
                    "nothing to explain; give --exec, --open, --write, --connect, --listen,"
                            + " --socket, --capability or --operation");
        }
        return questions;
    }

    private Doer doer() {
        if (from == null) {
            return new Doer(Doer.ANYBODY.subject(), owner);
        }
        if (from.equals("unknown")) {
            return new Doer(Optional.empty(), owner);
        }
        try {
            return new Doer(Optional.of(RealPath.bytes(from)), owner);
        } catch (PatternException e) {
            throw new BadInputException("--from: " + e.getMessage());
        }
    }

    private static void endpoints(
            String name, QuestionKind kind, List<String> texts, List<Question> questions) {
        for (String text : texts) {
            try {
                Endpoint written = Endpoint.parse(text);
                Endpoint endpoint = kind == QuestionKind.EGRESS ? written.asPeer() : written;
                byte[] bytes =
                        EgressQuestion.of(endpoint.protocol(), endpoint.address(), endpoint.port());
                questions.add(new Question(name + " " + text, kind, bytes));
            } catch (PatternException e) {
                throw new BadInputException("--" + name + ": " + e.getMessage());
            }
        }
    }

    private static <E extends Named> void names(
            String name,
            QuestionKind kind,
            List<String> texts,
            List<E> all,
            ToIntFunction<E> number,
            List<Question> questions) {
        for (String text : texts) {
            E named =
                    all.stream()
                            .filter(one -> one.text().equals(text))
                            .findFirst()
                            .orElseThrow(() ->
                                    new BadInputException(
                                            "--%s: \"%s\" is none; use one of %s"
                                                    .formatted(
                                                            name,
                                                            text,
                                                            all.stream()
                                                                    .map(Named::text)
                                                                    .collect(
                                                                            Collectors.joining(
                                                                                    ", ")))));
            questions.add(
                    new Question(
                            name + " " + text,
                            kind,
                            NumberQuestion.bytes(number.applyAsInt(named))));
        }
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
