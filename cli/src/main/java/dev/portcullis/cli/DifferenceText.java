// SPDX-License-Identifier: Apache-2.0
package dev.portcullis.cli;

import dev.portcullis.policy.SourcedPolicy;
import dev.portcullis.policy.compile.Beside;
import dev.portcullis.policy.diff.Change;
import dev.portcullis.policy.diff.Difference;
import dev.portcullis.policy.diff.PolicyDifference;
import dev.portcullis.policy.explain.Decision;
import dev.portcullis.policy.explain.Verb;
import dev.portcullis.policy.ruleset.Lane;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.stream.Collectors;

/** Differences in words. */
final class DifferenceText {
    private DifferenceText() {}

    /** {@code KIND NAME}, and whether it is new or gone. */
    static String heading(PolicyDifference difference) {
        SourcedPolicy policy = difference.policy();
        String what = "";
        if (difference.before().isEmpty()) {
            what = " is new" + inMode(policy);
        } else if (difference.now().isEmpty()) {
            what = " is gone" + inMode(policy);
        }
        return "%s %s%s"
                .formatted(
                        policy.policy().kind(), policy.policy().metadata().qualifiedName(), what);
    }

    private static String inMode(SourcedPolicy policy) {
        return ", mode " + policy.policy().spec().mode().text();
    }

    /** All that changed of a policy. */
    static List<String> lines(PolicyDifference difference) {
        List<String> lines = new ArrayList<>();
        difference
                .fields()
                .forEach(field ->
                        lines.add(
                                "%s was %s, is %s (%s)"
                                        .formatted(
                                                field.field(),
                                                field.before(),
                                                field.now(),
                                                difference.policy().source(field.field()))));
        difference.differences().forEach(one -> lines.addAll(lines(one)));
        return lines;
    }

    /** What some operations become, and who decided and decides. */
    static List<String> lines(Difference difference) {
        List<String> lines = new ArrayList<>();
        List<Change> changes = difference.changes().values().stream().distinct().toList();
        boolean bothLanes = difference.changes().size() == Lane.values().length;
        if (bothLanes && changes.size() == 1) {
            add("", difference, changes.getFirst(), lines);
            return lines;
        }
        for (Lane lane : Lane.values()) {
            Change change = difference.changes().get(lane);
            if (change != null) {
                String where = " in the %s lane".formatted(lane.name().toLowerCase(Locale.ROOT));
                add(where, difference, change, lines);
            }
        }
        return lines;
    }

    private static void add(String lane, Difference difference, Change change, List<String> lines) {
        String verbs =
                difference.verbs().stream()
                        .map(Verb::answered)
                        .collect(Collectors.joining(" and "));
        String doer = difference.doer().toString();
        String by = doer.isEmpty() ? "" : " " + doer;
        lines.add(
                "%sbecomes %s%s: %s %s%s"
                        .formatted(
                                company(difference.beside()),
                                change.outcome(),
                                lane,
                                verbs,
                                difference.example().text(),
                                by));
        lines.add("  before  " + text(difference.beside(), change.before()));
        lines.add("  now     " + text(difference.beside(), change.now()));
    }

    private static String company(Beside beside) {
        return switch (beside) {
            case NOTHING -> "";
            case ALLOW_RULE -> "where another policy allows it, ";
            case BLOCK_DEFAULT -> "where another policy refuses by default, ";
        };
    }

    private static String text(Beside beside, Decision decision) {
        return beside == Beside.NOTHING || decision.by().isPresent()
                ? DecisionText.of(decision)
                : "as the other policy says";
    }
}
