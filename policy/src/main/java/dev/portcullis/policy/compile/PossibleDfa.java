// SPDX-License-Identifier: Apache-2.0
package dev.portcullis.policy.compile;

import dev.portcullis.policy.InvalidPolicyException;
import dev.portcullis.policy.automaton.AutomatonBudget;
import dev.portcullis.policy.automaton.AutomatonTooLargeException;
import dev.portcullis.policy.automaton.Determinizer;
import dev.portcullis.policy.automaton.Dfa;
import dev.portcullis.policy.automaton.Minimizer;
import dev.portcullis.policy.automaton.Nfa;
import java.util.Arrays;
import java.util.List;
import java.util.function.UnaryOperator;
import java.util.stream.IntStream;

/**
 * What is accepted at once where the kernel can ask. It is made once for a domain; each kind of
 * question and each applicant then give the states labels of their own.
 *
 * @param dfa a label is {@link AskedDfa#IMPOSSIBLE}, or one more than a number in {@code accepted}
 * @param accepted sets of what can be accepted at once, each ascending
 */
record PossibleDfa(Dfa dfa, List<int[]> accepted) {
    /** For the questions of a domain: which rules match them. */
    static PossibleDfa of(Domain domain, Entries entries, AutomatonBudget budget)
            throws AutomatonTooLargeException, InvalidPolicyException {
        int possible = 2 * entries.all().size();
        Nfa nfa = RuleNfa.of(domain, entries.of(domain)).nfa();
        try {
            nfa.tag(possible);
            Possible.questions(domain, nfa);
            return of(nfa, possible, RuleNfa::matching, budget);
        } catch (AutomatonTooLargeException e) {
            throw e.retagged(tag -> tag == possible ? -1 : RuleNfa.indexOf(tag));
        }
    }

    /** For the paths of subjects: which conditions they meet. */
    static PossibleDfa of(Subjects subjects, AutomatonBudget budget)
            throws AutomatonTooLargeException, InvalidPolicyException {
        int possible = subjects.count();
        Nfa nfa = subjects.nfa();
        try {
            nfa.tag(possible);
            Possible.paths(nfa);
            return of(nfa, possible, met -> met, budget);
        } catch (AutomatonTooLargeException e) {
            throw e.retagged(tag -> tag == possible ? -1 : subjects.ruleWith(tag).index());
        }
    }

    /**
     * Makes it of an automaton whose last tag is that of what is possible.
     *
     * @param meaning of the ascending tags before it
     */
    private static PossibleDfa of(
            Nfa nfa, int possible, UnaryOperator<int[]> meaning, AutomatonBudget budget)
            throws AutomatonTooLargeException {
        Interned accepted = new Interned();
        Dfa dfa =
                Determinizer.run(
                        nfa,
                        tags -> {
                            int last = tags.length - 1;
                            return last >= 0 && tags[last] == possible
                                    ? 1 + accepted.number(meaning.apply(Arrays.copyOf(tags, last)))
                                    : AskedDfa.IMPOSSIBLE;
                        },
                        budget);
        return new PossibleDfa(dfa, accepted.all());
    }

    /**
     * The same with other labels, as small as it can then be.
     *
     * @param labelOf label, from 1, by number in {@link #accepted}
     */
    AskedDfa labelled(int[] labelOf) {
        int[] label =
                Arrays.stream(dfa.label())
                        .map(old ->
                                old == AskedDfa.IMPOSSIBLE ? AskedDfa.IMPOSSIBLE : labelOf[old - 1])
                        .toArray();
        return new AskedDfa(Minimizer.run(new Dfa(dfa.rows(), label, dfa.starts())));
    }

    /** The same as it is. */
    AskedDfa minimal() {
        return labelled(IntStream.rangeClosed(1, accepted.size()).toArray());
    }
}
