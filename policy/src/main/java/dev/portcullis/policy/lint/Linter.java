// SPDX-License-Identifier: Apache-2.0
package dev.portcullis.policy.lint;

import dev.portcullis.api.v1alpha1.Action;
import dev.portcullis.api.v1alpha1.Mode;
import dev.portcullis.policy.InvalidPolicyException;
import dev.portcullis.policy.PolicyTooComplexException;
import dev.portcullis.policy.SourcedPolicy;
import dev.portcullis.policy.compile.Overlaps;
import dev.portcullis.policy.compile.Overlaps.Pattern;
import dev.portcullis.policy.compile.Rulings;
import dev.portcullis.policy.ruleset.RuleInfo;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.TreeMap;
import java.util.stream.IntStream;

/**
 * Warns of what has no effect in one policy. All rules and paths warned of can be taken out
 * together, and every operation is judged as before.
 */
public final class Linter {
    private final SourcedPolicy policy;
    private final Rulings rulings;
    private final List<Warning> warnings = new ArrayList<>();

    private Linter(SourcedPolicy policy, Rulings rulings) {
        this.policy = policy;
        this.rulings = rulings;
    }

    /**
     * Looks at one policy by itself, as if in mode Enforce.
     *
     * @return warnings in the order of the text
     * @throws InvalidPolicyException if it holds a path, network or port that is none
     * @throws PolicyTooComplexException if there is too much to look at
     */
    public static List<Warning> lint(SourcedPolicy policy)
            throws InvalidPolicyException, PolicyTooComplexException {
        Linter linter = new Linter(policy, Rulings.of(List.of(policy.withMode(Mode.ENFORCE))));
        linter.emptiness();
        for (Overlaps section : linter.rulings.overlaps()) {
            linter.section(section);
        }
        linter.warnings.sort(Comparator.comparingInt(Warning::line));
        return List.copyOf(linter.warnings);
    }

    private void emptiness() {
        if (rulings.rules().isEmpty()) {
            warn("spec", "no rule and no default; the policy changes nothing");
        }
    }

    private void section(Overlaps section) {
        List<Idle> idle = IdlePatterns.of(section, rulings);
        List<Pattern> patterns = section.patterns();
        TreeMap<Integer, List<Integer>> byRule = new TreeMap<>();
        for (int i = 0; i < patterns.size(); i++) {
            byRule.computeIfAbsent(patterns.get(i).rule(), _ -> new ArrayList<>()).add(i);
        }
        byRule.forEach((rule, own) -> {
            List<Idle> found = own.stream().map(idle::get).toList();
            if (found.stream().allMatch(Idle::isIdle)) {
                // What the rule's own paths cover of each other is no reason for the whole.
                Idle whole = found.stream().reduce(Idle.BUSY, Idle::and).withoutPatterns();
                warn(field(rule), message(whole, rule, section));
            } else {
                IntStream.range(0, own.size())
                        .filter(i -> found.get(i).isIdle())
                        .forEach(i ->
                                warn(
                                        patterns.get(own.get(i)).field(),
                                        message(found.get(i), rule, section)));
            }
        });
        for (Pattern pattern : patterns) {
            LongNames.warningOf(pattern.text())
                    .ifPresent(message -> warn(pattern.field(), message));
            UsualLinks.warningOf(pattern, patterns)
                    .ifPresent(message -> warn(pattern.field(), message));
        }
    }

    private String message(Idle idle, int rule, Overlaps section) {
        if (idle.matchesNothing()) {
            return "can never match: there are no such paths; remove it, or mend the pattern";
        }
        List<String> reasons = new ArrayList<>();
        boolean allow = rulings.rules().get(rule).action().equals(Action.ALLOW.text());
        for (int by : idle.rules()) {
            RuleInfo info = rulings.rules().get(by);
            boolean refuses =
                    info.action().equals(Action.BLOCK.text())
                            || info.action().equals(Action.KILL.text());
            reasons.add(
                    (allow && refuses ? "refused all the same by " : "covered by ")
                            + "%s (%s%s)"
                                    .formatted(
                                            info.field(), info.action(), line(", ", info.field())));
        }
        for (int by : idle.patterns()) {
            String field = section.patterns().get(by).field();
            reasons.add("covered by " + field + line(" on ", field));
        }
        if (idle.nobody()) {
            reasons.add("nothing in this policy refuses or reports it anyway");
        }
        return (allow ? "allows nothing more: " : "has no effect: ")
                + String.join(", ", reasons)
                + "; remove it";
    }

    private String line(String before, String field) {
        Integer line = policy.lines().get(field);
        return line == null ? "" : before + "line " + line;
    }

    private String field(int rule) {
        return rulings.rules().get(rule).field();
    }

    private void warn(String field, String message) {
        warnings.add(
                new Warning(policy.file(), policy.lines().getOrDefault(field, 0), field, message));
    }
}
