// SPDX-License-Identifier: Apache-2.0
package dev.portcullis.policy.compile;

import dev.portcullis.api.v1alpha1.FileRule;
import dev.portcullis.api.v1alpha1.NetworkRule;
import dev.portcullis.api.v1alpha1.ProcessRule;
import dev.portcullis.api.v1alpha1.Rule;
import dev.portcullis.policy.InvalidPolicyException;
import dev.portcullis.policy.Problem;
import dev.portcullis.policy.automaton.AutomatonBudget;
import dev.portcullis.policy.automaton.AutomatonTooLargeException;
import dev.portcullis.policy.automaton.Determinizer;
import dev.portcullis.policy.automaton.Dfa;
import dev.portcullis.policy.automaton.Minimizer;
import dev.portcullis.policy.automaton.Nfa;
import dev.portcullis.policy.pattern.Glob;
import dev.portcullis.policy.pattern.PathAliases;
import dev.portcullis.policy.pattern.PatternException;
import dev.portcullis.policy.ruleset.Lane;
import dev.portcullis.policy.ruleset.QuestionKind;
import dev.portcullis.policy.ruleset.RuleInfo;
import java.util.Arrays;
import java.util.HashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;

/**
 * The automaton of one section, for all the kinds of question that the section answers.
 *
 * @param kinds those kinds
 * @param dfa minimal; its labels are numbers in {@code verdicts}
 * @param verdicts for each kind of {@code kinds} the verdict in each lane
 */
record SectionDfa(List<QuestionKind> kinds, Dfa dfa, Interned verdicts) {
    private static final int MAX_POSITIONS = 500_000;

    /** Compiles the rules and defaults of one section. */
    static SectionDfa of(
            List<QuestionKind> kinds,
            List<Entry> section,
            Questions questions,
            AutomatonBudget budget)
            throws AutomatonTooLargeException, InvalidPolicyException {
        Nfa nfa = new Nfa(MAX_POSITIONS);
        GlobNfa globs = new GlobNfa(nfa);
        for (Entry entry : section) {
            nfa.tag(entry.index());
            Rule rule = entry.rule();
            if (rule != null) {
                try {
                    add(nfa, globs, rule);
                } catch (PatternException e) {
                    throw invalid(entry.info(), e);
                }
            }
        }
        Interned verdicts = new Interned();
        // Few sets of rules match at once, so each is judged only once.
        Map<List<Integer>, Integer> known = new HashMap<>();
        Dfa dfa =
                Determinizer.run(
                        nfa,
                        matching ->
                                known.computeIfAbsent(
                                        Arrays.stream(matching).boxed().toList(),
                                        _ -> verdicts.number(judge(kinds, questions, matching))),
                        budget);
        return new SectionDfa(kinds, Minimizer.run(dfa), verdicts);
    }

    private static int[] judge(List<QuestionKind> kinds, Questions questions, int[] matching) {
        int lanes = Lane.values().length;
        int[] verdicts = new int[kinds.size() * lanes];
        for (int i = 0; i < kinds.size(); i++) {
            for (Lane lane : Lane.values()) {
                verdicts[i * lanes + lane.ordinal()] =
                        questions.verdict(kinds.get(i), lane, matching);
            }
        }
        return verdicts;
    }

    private static void add(Nfa nfa, GlobNfa globs, Rule rule)
            throws AutomatonTooLargeException, PatternException {
        switch (rule) {
            case ProcessRule process -> addAll(globs, process.paths());
            case FileRule file -> addAll(globs, file.paths());
            case NetworkRule network -> new EgressNfa(nfa).add(network);
        }
    }

    private static void addAll(GlobNfa builder, List<String> paths)
            throws AutomatonTooLargeException, PatternException {
        Set<Glob> globs = new LinkedHashSet<>();
        for (String path : paths) {
            globs.addAll(PathAliases.of(Glob.parse(path)));
        }
        for (Glob glob : globs) {
            builder.add(glob);
        }
    }

    private static InvalidPolicyException invalid(RuleInfo rule, PatternException e) {
        return new InvalidPolicyException(
                List.of(
                        new Problem(
                                rule.qualifiedPolicy(),
                                1,
                                1,
                                rule.field(),
                                String.valueOf(e.getMessage()))));
    }
}
