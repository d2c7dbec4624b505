// SPDX-License-Identifier: Apache-2.0
package dev.portcullis.policy.lint;

import dev.portcullis.api.v1alpha1.Action;
import dev.portcullis.api.v1alpha1.ProcessRule;
import dev.portcullis.api.v1alpha1.Section;
import dev.portcullis.api.v1alpha1.SecurityPolicySpec;
import dev.portcullis.policy.SourcedPolicy;
import dev.portcullis.policy.compile.Applicant;
import dev.portcullis.policy.compile.Ruling;
import dev.portcullis.policy.compile.Rulings;
import dev.portcullis.policy.ruleset.Lane;
import dev.portcullis.policy.ruleset.QuestionKind;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.function.BiConsumer;
import java.util.stream.IntStream;
import java.util.stream.Stream;

/**
 * Warns of allow lists that forget what the programs on them need: a script its interpreter, a
 * program its loader, and whatever is executed to be read.
 */
final class AllowLists {
    /** Loaders of the libraries that images have, by what the kernel calls them. */
    private static final List<String> LOADERS =
            List.of(
                    "/usr/lib/x86_64-linux-gnu/ld-linux-x86-64.so.2",
                    "/usr/lib64/ld-linux-x86-64.so.2",
                    "/usr/lib/aarch64-linux-gnu/ld-linux-aarch64.so.1",
                    "/usr/lib/ld-linux-aarch64.so.1",
                    "/lib/ld-musl-x86_64.so.1",
                    "/lib/ld-musl-aarch64.so.1");

    private static final int MAX_MINOR = 30;

    private static final String WILDCARDS = "*?[{\\";

    private final SecurityPolicySpec spec;
    private final Rulings rulings;
    private final BiConsumer<String, String> warn;

    private AllowLists(SecurityPolicySpec spec, Rulings rulings, BiConsumer<String, String> warn) {
        this.spec = spec;
        this.rulings = rulings;
        this.warn = warn;
    }

    /**
     * Looks at the allow lists of one policy.
     *
     * @param warn takes a field and a message
     */
    static void warn(SourcedPolicy policy, Rulings rulings, BiConsumer<String, String> warn) {
        AllowLists lists = new AllowLists(policy.policy().spec(), rulings, warn);
        lists.loader();
        List<ProcessRule> rules = lists.spec.process().rules();
        for (int i = 0; i < rules.size(); i++) {
            ProcessRule rule = rules.get(i);
            for (int path = 0;
                    rule.action() == Action.ALLOW && path < rule.paths().size();
                    path++) {
                String field = "spec.process.rules[%d].paths[%d]".formatted(i, path);
                lists.program(field, rule.paths().get(path));
            }
        }
    }

    private void loader() {
        if (isAllowList(spec.file())
                && LOADERS.stream().allMatch(path -> refused(QuestionKind.READ, path))) {
            warn.accept(
                    "spec.file.default",
                    "no loader of shared libraries may be read, so that only static programs start;"
                            + " allow reading it and the libraries, such as /lib/** and /lib64/**");
        }
    }

    private void program(String field, String pattern) {
        List<String> interpreters = interpreters(pattern);
        if (isAllowList(spec.process())
                && !interpreters.isEmpty()
                && interpreters.stream().allMatch(path -> refused(QuestionKind.EXEC, path))) {
            warn.accept(
                    field,
                    "is a script, and its interpreter may not be executed; allow that too, such as "
                            + interpreters.getFirst());
        }
        if (isLiteral(pattern)
                && !refused(QuestionKind.EXEC, pattern)
                && refused(QuestionKind.READ, pattern)) {
            warn.accept(
                    field,
                    "may be executed and not be read, as executing does; allow reading it in"
                            + " spec.file too");
        }
    }

    private static boolean isAllowList(Section<?> section) {
        return section.defaultAction().compareTo(Action.BLOCK) >= 0
                && section.rules().stream().anyMatch(rule -> rule.action() == Action.ALLOW);
    }

    private static boolean isLiteral(String pattern) {
        return pattern.startsWith("/")
                && pattern.length() > 1
                && !pattern.endsWith("/")
                && pattern.chars().noneMatch(c -> WILDCARDS.indexOf(c) >= 0);
    }

    /** What could interpret a script of such a name; none if the name is no script's. */
    private static List<String> interpreters(String pattern) {
        String name = pattern.substring(pattern.lastIndexOf('/') + 1);
        return switch (name.substring(name.lastIndexOf('.') + 1)) {
            case "sh" -> List.of("/usr/bin/dash", "/usr/bin/bash", "/bin/busybox", "/bin/sh");
            case "bash" -> List.of("/usr/bin/bash");
            case "py" -> versions("python3");
            case "pl" -> List.of("/usr/bin/perl", "/usr/local/bin/perl");
            case "rb" ->
                    Stream.concat(versions("ruby").stream(), versions("ruby3").stream()).toList();
            default -> List.of();
        };
    }

    /** Of an interpreter whose releases have names of their own. */
    private static List<String> versions(String name) {
        return Stream.of("/usr/bin/", "/usr/local/bin/")
                .map(folder -> folder + name)
                .flatMap(path ->
                        Stream.concat(
                                Stream.of(path),
                                IntStream.rangeClosed(0, MAX_MINOR)
                                        .mapToObj(minor -> path + "." + minor)))
                .toList();
    }

    private boolean refused(QuestionKind kind, String path) {
        byte[] question = path.getBytes(StandardCharsets.UTF_8);
        return rulings.judge(kind, Lane.ENFORCE, question, Applicant.ANYBODY, Ruling.NOBODY)
                        .strictness()
                >= Action.BLOCK.ordinal();
    }
}
