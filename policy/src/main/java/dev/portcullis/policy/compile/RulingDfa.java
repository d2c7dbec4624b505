// SPDX-License-Identifier: Apache-2.0
package dev.portcullis.policy.compile;

import dev.portcullis.policy.ruleset.Lane;
import dev.portcullis.policy.ruleset.QuestionKind;
import java.util.function.Predicate;

/**
 * The automaton of one kind of question of one applicant, for people: its states name the rule that
 * decides also where it allows, which the kernel need not know.
 */
public final class RulingDfa {
    private static final int RULING_INTS = 2;

    private final AskedDfa asked;
    private final Interned rulings;

    private RulingDfa(AskedDfa asked, Interned rulings) {
        this.asked = asked;
        this.rulings = rulings;
    }

    static RulingDfa of(
            QuestionKind kind, Applicant applicant, PossibleDfa matching, Questions questions) {
        Predicate<Entry> holds = entry -> questions.subjects().applies(entry, applicant);
        Interned rulings = new Interned();
        int[] labelOf = new int[matching.accepted().size()];
        for (int i = 0; i < labelOf.length; i++) {
            int[] all = judge(kind, questions, matching.accepted().get(i), holds);
            labelOf[i] = 1 + rulings.number(all);
        }
        return new RulingDfa(matching.labelled(labelOf), rulings);
    }

    private static int[] judge(
            QuestionKind kind, Questions questions, int[] matching, Predicate<Entry> holds) {
        int[] all = new int[Beside.values().length * Lane.values().length * RULING_INTS];
        for (Beside beside : Beside.values()) {
            for (Lane lane : Lane.values()) {
                Ruling ruling =
                        questions.decide(kind, lane, matching, holds, Ruling.NOBODY, beside);
                all[position(beside, lane)] = ruling.verdict();
                all[position(beside, lane) + 1] = ruling.by();
            }
        }
        return all;
    }

    private static int position(Beside beside, Lane lane) {
        return (beside.ordinal() * Lane.values().length + lane.ordinal()) * RULING_INTS;
    }

    /** The automaton itself. */
    public AskedDfa asked() {
        return asked;
    }

    /** Who decides in a state that is possible. */
    public Ruling ruling(int state, Beside beside, Lane lane) {
        int number = asked.label(state) - 1;
        int position = position(beside, lane);
        return new Ruling(rulings.get(number, position), rulings.get(number, position + 1));
    }
}
