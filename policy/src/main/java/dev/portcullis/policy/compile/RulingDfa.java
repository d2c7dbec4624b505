// SPDX-License-Identifier: Apache-2.0
package dev.portcullis.policy.compile;

import dev.portcullis.policy.InvalidPolicyException;
import dev.portcullis.policy.automaton.AutomatonBudget;
import dev.portcullis.policy.automaton.AutomatonTooLargeException;
import dev.portcullis.policy.automaton.Canonical;
import dev.portcullis.policy.automaton.Determinizer;
import dev.portcullis.policy.automaton.Dfa;
import dev.portcullis.policy.automaton.Minimizer;
import dev.portcullis.policy.automaton.Nfa;
import dev.portcullis.policy.automaton.Split;
import dev.portcullis.policy.ruleset.Lane;
import dev.portcullis.policy.ruleset.QuestionKind;
import java.util.Arrays;
import java.util.List;

/**
 * The automaton of one kind of question, for people: its states name the rule that decides also
 * where it allows, which the kernel need not know, and tell whether the kernel can ask at all.
 */
public final class RulingDfa {
    /** Label of the questions that cannot be asked. */
    private static final int IMPOSSIBLE = 0;

    private static final int RULING_INTS = 2;

    private final Dfa dfa;
    private final Interned rulings;

    private RulingDfa(Dfa dfa, Interned rulings) {
        this.dfa = dfa;
        this.rulings = rulings;
    }

    static RulingDfa of(
            QuestionKind kind, List<Entry> section, Questions questions, AutomatonBudget budget)
            throws AutomatonTooLargeException, InvalidPolicyException {
        int possible = questions.entries().all().size();
        Nfa nfa = RuleNfa.of(section).nfa();
        nfa.tag(possible);
        if (kind == QuestionKind.EGRESS) {
            Possible.peers(nfa);
        } else {
            Possible.paths(nfa);
        }
        Interned rulings = new Interned();
        rulings.number();
        try {
            Dfa dfa =
                    Determinizer.run(
                            nfa,
                            tags -> {
                                int last = tags.length - 1;
                                return last >= 0 && tags[last] == possible
                                        ? rulings.number(
                                                judge(kind, questions, Arrays.copyOf(tags, last)))
                                        : IMPOSSIBLE;
                            },
                            budget);
            return new RulingDfa(Minimizer.run(dfa), rulings);
        } catch (AutomatonTooLargeException e) {
            throw e.retagged(tag -> tag == possible ? -1 : tag);
        }
    }

    private static int[] judge(QuestionKind kind, Questions questions, int[] matching) {
        int[] all = new int[Beside.values().length * Lane.values().length * RULING_INTS];
        for (Beside beside : Beside.values()) {
            for (Lane lane : Lane.values()) {
                Ruling ruling = questions.decide(kind, lane, matching, Ruling.NOBODY, beside);
                all[position(beside, lane)] = ruling.verdict();
                all[position(beside, lane) + 1] = ruling.by();
            }
        }
        return all;
    }

    private static int position(Beside beside, Lane lane) {
        return (beside.ordinal() * Lane.values().length + lane.ordinal()) * RULING_INTS;
    }

    public int start() {
        return dfa.starts()[0];
    }

    /**
     * The state behind one more byte.
     *
     * @param value 0 to 255
     */
    public int step(int state, int value) {
        return dfa.rows().next(state, value);
    }

    /** The classes of bytes; those of one class lead from each state to the same one. */
    public Split classes() {
        return Canonical.classes(dfa);
    }

    /** Whether the bytes so far are a question that the kernel can ask. */
    public boolean isPossible(int state) {
        return dfa.label()[state] != IMPOSSIBLE;
    }

    /** Whether nothing that follows can be a question that the kernel can ask. */
    public boolean isDead(int state) {
        return !isPossible(state) && dfa.isSink(state);
    }

    /** Who decides in this state, if it is possible. */
    public Ruling ruling(int state, Beside beside, Lane lane) {
        int label = dfa.label()[state];
        int position = position(beside, lane);
        return new Ruling(rulings.get(label, position), rulings.get(label, position + 1));
    }
}
