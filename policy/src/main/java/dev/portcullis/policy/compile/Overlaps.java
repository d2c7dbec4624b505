// SPDX-License-Identifier: Apache-2.0
package dev.portcullis.policy.compile;

import dev.portcullis.api.v1alpha1.FileRule;
import dev.portcullis.api.v1alpha1.NetworkRule;
import dev.portcullis.api.v1alpha1.ProcessRule;
import dev.portcullis.policy.InvalidPolicyException;
import dev.portcullis.policy.automaton.AutomatonBudget;
import dev.portcullis.policy.automaton.AutomatonTooLargeException;
import dev.portcullis.policy.automaton.Determinizer;
import dev.portcullis.policy.automaton.Nfa;
import dev.portcullis.policy.ruleset.QuestionKind;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;

/**
 * Which patterns of a section can match one operation at once. All that the section can decide is
 * decided on one of these sets, so a question about every operation becomes one about a few sets.
 *
 * @param kinds the kinds of question that the section answers one by one
 * @param patterns in the order written
 * @param sets each set of patterns that some possible operation is matched by, as ascending indices
 *     in {@code patterns}; none is empty
 */
public record Overlaps(List<QuestionKind> kinds, List<Pattern> patterns, List<List<Integer>> sets) {
    public Overlaps {
        kinds = List.copyOf(kinds);
        patterns = List.copyOf(patterns);
        sets = List.copyOf(sets);
    }

    /**
     * One path of a rule, or all that a network rule says.
     *
     * @param rule the rule's index
     * @param text the path; empty for a network rule
     * @param field where it stands, such as {@code spec.file.rules[0].paths[1]}
     */
    public record Pattern(int rule, String text, String field) {}

    static Overlaps of(List<QuestionKind> kinds, List<Entry> section, AutomatonBudget budget)
            throws AutomatonTooLargeException, InvalidPolicyException {
        RuleNfa rules = new RuleNfa();
        List<Pattern> patterns = new ArrayList<>();
        for (Entry entry : section) {
            switch (entry.rule()) {
                case null -> {}
                case ProcessRule process -> add(rules, entry, process.paths(), patterns);
                case FileRule file -> add(rules, entry, file.paths(), patterns);
                case NetworkRule network -> {
                    rules.addPeers(patterns.size(), entry.info(), network);
                    patterns.add(new Pattern(entry.index(), "", entry.info().field()));
                }
            }
        }
        Nfa nfa = rules.nfa();
        int possible = patterns.size();
        nfa.tag(possible);
        if (kinds.contains(QuestionKind.EGRESS)) {
            Possible.peers(nfa);
        } else {
            Possible.paths(nfa);
        }
        Set<List<Integer>> sets = new LinkedHashSet<>();
        try {
            Determinizer.run(
                    nfa,
                    tags -> {
                        int last = tags.length - 1;
                        if (last > 0 && tags[last] == possible) {
                            sets.add(Arrays.stream(tags, 0, last).boxed().toList());
                        }
                        return 0;
                    },
                    budget);
        } catch (AutomatonTooLargeException e) {
            throw e.retagged(tag -> tag == possible ? -1 : patterns.get(tag).rule());
        }
        return new Overlaps(kinds, patterns, List.copyOf(sets));
    }

    private static void add(RuleNfa rules, Entry entry, List<String> paths, List<Pattern> patterns)
            throws AutomatonTooLargeException, InvalidPolicyException {
        for (int i = 0; i < paths.size(); i++) {
            rules.addPaths(patterns.size(), entry.info(), List.of(paths.get(i)));
            patterns.add(
                    new Pattern(
                            entry.index(),
                            paths.get(i),
                            entry.info().field() + ".paths[" + i + "]"));
        }
    }
}
