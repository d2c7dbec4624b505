// SPDX-License-Identifier: Apache-2.0
package dev.portcullis.policy.compile;

import dev.portcullis.api.v1alpha1.Action;
import dev.portcullis.api.v1alpha1.Rule;
import dev.portcullis.policy.InvalidPolicyException;
import dev.portcullis.policy.automaton.AutomatonTooLargeException;
import dev.portcullis.policy.automaton.Nfa;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Stream;

/**
 * What rules say of subjects. Each list of patterns in a {@code from} or {@code exceptFrom} is a
 * condition, which a subject's path meets or not; equal lists are one condition.
 */
final class Subjects {
    private final Map<Set<String>, Integer> conditions = new HashMap<>();
    private final List<Entry> firstWith = new ArrayList<>();
    private final boolean owners;

    private Subjects(Entries entries) {
        for (Entry entry : entries.all()) {
            lists(entry).filter(list -> !list.isEmpty()).forEach(list -> add(list, entry));
        }
        owners =
                entries.all().stream()
                        .map(Entry::rule)
                        .anyMatch(rule -> rule != null && rule.unlessOwner());
    }

    static Subjects of(Entries entries) {
        return new Subjects(entries);
    }

    private static Stream<List<String>> lists(Entry entry) {
        Rule rule = entry.rule();
        return rule == null ? Stream.empty() : Stream.of(rule.from(), rule.exceptFrom());
    }

    private void add(List<String> list, Entry entry) {
        if (conditions.putIfAbsent(Set.copyOf(list), firstWith.size()) == null) {
            firstWith.add(entry);
        }
    }

    /** Whether no rule speaks of subjects. */
    boolean isEmpty() {
        return firstWith.isEmpty();
    }

    /** Whether it matters who owns a file: all that an applicant can be in that respect. */
    List<Boolean> owners() {
        return owners ? List.of(false, true) : List.of(false);
    }

    /** How many conditions there are, numbered from 0. */
    int count() {
        return firstWith.size();
    }

    /** The first rule that has a condition. */
    Entry ruleWith(int condition) {
        return firstWith.get(condition);
    }

    /** An automaton over subjects' paths that accepts for each condition. */
    Nfa nfa() throws AutomatonTooLargeException, InvalidPolicyException {
        RuleNfa rules = new RuleNfa();
        try {
            for (Map.Entry<Set<String>, Integer> condition : sorted()) {
                rules.addPaths(
                        condition.getValue(),
                        ruleWith(condition.getValue()).info(),
                        condition.getKey().stream().sorted().toList());
            }
        } catch (AutomatonTooLargeException e) {
            throw e.retagged(condition -> ruleWith(condition).index());
        }
        return rules.nfa();
    }

    private List<Map.Entry<Set<String>, Integer>> sorted() {
        return conditions.entrySet().stream().sorted(Map.Entry.comparingByValue()).toList();
    }

    /**
     * Whether a rule holds for somebody. Of a subject that is not known it is not told that it does
     * well, so a rule that speaks of subjects holds for it unless it is an Allow rule.
     */
    boolean applies(Entry entry, Applicant applicant) {
        Rule rule = entry.rule();
        if (rule == null) {
            return true;
        }
        if (applicant.owner() && rule.unlessOwner()) {
            return false;
        }
        if (!applicant.known()) {
            return !speaksOfSubjects(rule) || rule.action() != Action.ALLOW;
        }
        return (rule.from().isEmpty() || meets(applicant, rule.from()))
                && (rule.exceptFrom().isEmpty() || !meets(applicant, rule.exceptFrom()));
    }

    private boolean meets(Applicant applicant, List<String> list) {
        return applicant.conditions().contains(conditions.get(Set.copyOf(list)));
    }

    private static boolean speaksOfSubjects(Rule rule) {
        return !rule.from().isEmpty() || !rule.exceptFrom().isEmpty();
    }

    /** Whether it can depend on the applicant whether a rule holds. */
    static boolean isConditional(Entry entry) {
        Rule rule = entry.rule();
        return rule != null && (rule.unlessOwner() || speaksOfSubjects(rule));
    }
}
