// SPDX-License-Identifier: Apache-2.0
package dev.portcullis.policy.lint;

import dev.portcullis.api.v1alpha1.Action;
import dev.portcullis.api.v1alpha1.Mode;
import dev.portcullis.api.v1alpha1.SecurityPolicySpec;
import dev.portcullis.api.v1alpha1.SystemOperation;
import dev.portcullis.api.v1alpha1.SystemRule;
import dev.portcullis.policy.InvalidPolicyException;
import dev.portcullis.policy.PolicyTooComplexException;
import dev.portcullis.policy.SourcedPolicy;
import dev.portcullis.policy.compile.Applicant;
import dev.portcullis.policy.compile.MountRefusal;
import dev.portcullis.policy.compile.Overlaps;
import dev.portcullis.policy.compile.Overlaps.Pattern;
import dev.portcullis.policy.compile.Rulings;
import dev.portcullis.policy.compile.Unmatched;
import dev.portcullis.policy.ruleset.RuleInfo;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.TreeMap;

/**
 * Warns of what is hardly meant in one policy. All rules and patterns that are said to have no
 * effect can be taken out together, and every operation is judged as before; but for mounting,
 * where no rule is left that refuses a path.
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
        linter.idle();
        linter.unmatched();
        NamedPaths.warn(policy, linter::warn);
        AllowLists.warn(policy, linter.rulings, linter::warn);
        linter.mounting();
        linter.warnings.sort(Comparator.comparingInt(Warning::line));
        return List.copyOf(linter.warnings);
    }

    private void emptiness() {
        if (rulings.rules().isEmpty()) {
            warn("spec", "no rule and no default; the policy changes nothing");
        }
    }

    private void mounting() {
        SecurityPolicySpec spec = policy.policy().spec();
        if (!MountRefusal.isImpliedBy(spec)) {
            return;
        }
        List<SystemRule> rules = spec.system().rules();
        for (int i = 0; i < rules.size(); i++) {
            if (rules.get(i).action() == Action.ALLOW
                    && rules.get(i).from().isEmpty()
                    && rules.get(i).operations().contains(SystemOperation.MOUNT)) {
                warn(
                        "spec.system.rules[%d]".formatted(i),
                        "by mounting, tasks can give files other paths than this policy's rules"
                                + " name; leave Mount out, or say who may with from");
            }
        }
    }

    /** A pattern, what becomes of it, and beside which others it stands. */
    private record Found(Pattern pattern, Idle idle, Overlaps section) {}

    private void idle() throws InvalidPolicyException, PolicyTooComplexException {
        List<Applicant> applicants = rulings.applicants();
        TreeMap<Integer, List<Found>> byRule = new TreeMap<>();
        for (Overlaps section : rulings.overlaps()) {
            List<Idle> idle = IdlePatterns.of(section, rulings, applicants);
            for (int i = 0; i < idle.size(); i++) {
                Pattern pattern = section.patterns().get(i);
                byRule.computeIfAbsent(pattern.rule(), _ -> new ArrayList<>())
                        .add(new Found(pattern, idle.get(i), section));
            }
        }
        byRule.forEach((rule, own) -> {
            if (own.stream().allMatch(found -> found.idle().isIdle())) {
                // What the rule's own paths cover of each other is no reason for the whole.
                Idle whole =
                        own.stream()
                                .map(Found::idle)
                                .reduce(Idle.BUSY, Idle::and)
                                .withoutPatterns();
                warn(field(rule), message(whole, rule, own.getFirst().section()));
            } else {
                own.stream()
                        // A rule of peers and sockets at once can only go as a whole.
                        .filter(found -> !found.pattern().field().equals(field(rule)))
                        .filter(found -> found.idle().isIdle())
                        .forEach(found ->
                                warn(
                                        found.pattern().field(),
                                        message(found.idle(), rule, found.section())));
            }
        });
    }

    private void unmatched() throws InvalidPolicyException, PolicyTooComplexException {
        for (Unmatched pattern : rulings.unmatched()) {
            warn(
                    pattern.field(),
                    pattern.ofSubjects()
                            ? "can never match: there are no such paths; remove it, or mend the"
                                    + " pattern"
                            : "leaves nothing out: the rule names nothing that it matches; remove"
                                    + " it, or mend the pattern");
        }
    }

    private String message(Idle idle, int rule, Overlaps section) {
        if (idle.matchesNothing()) {
            return "can never match: there is no such path, or no such subject; remove it, or mend the"
                    + " pattern";
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
