// SPDX-License-Identifier: Apache-2.0
package dev.portcullis.policy.compile;

import dev.portcullis.policy.InvalidPolicyException;
import dev.portcullis.policy.automaton.AutomatonBudget;
import dev.portcullis.policy.automaton.AutomatonTooLargeException;
import dev.portcullis.policy.automaton.Determinizer;
import dev.portcullis.policy.automaton.Dfa;
import dev.portcullis.policy.automaton.Minimizer;
import dev.portcullis.policy.automaton.Nfa;
import dev.portcullis.policy.ruleset.Lane;
import dev.portcullis.policy.ruleset.QuestionKind;
import java.util.List;

/**
 * The automaton of one section, for all the kinds of question that the section answers.
 *
 * @param kinds those kinds
 * @param dfa minimal; its labels are numbers in {@code verdicts}
 * @param verdicts for each kind of {@code kinds} the verdict in each lane
 */
record SectionDfa(List<QuestionKind> kinds, Dfa dfa, Interned verdicts) {
    /** Compiles the rules and defaults of one section. */
    static SectionDfa of(
            List<QuestionKind> kinds,
            List<Entry> section,
            Questions questions,
            AutomatonBudget budget)
            throws AutomatonTooLargeException, InvalidPolicyException {
        Nfa nfa = RuleNfa.of(section).nfa();
        Interned verdicts = new Interned();
        Dfa dfa =
                Determinizer.run(
                        nfa,
                        matching -> verdicts.number(judge(kinds, questions, matching)),
                        budget);
        return new SectionDfa(kinds, Minimizer.run(dfa), verdicts);
    }

    private static int[] judge(List<QuestionKind> kinds, Questions questions, int[] matching) {
        int lanes = Lane.values().length;
        int[] verdicts = new int[kinds.size() * lanes];
        for (int i = 0; i < kinds.size(); i++) {
            for (Lane lane : Lane.values()) {
                verdicts[i * lanes + lane.ordinal()] =
                        questions.decide(kinds.get(i), lane, matching, Ruling.NOBODY).verdict();
            }
        }
        return verdicts;
    }
}
