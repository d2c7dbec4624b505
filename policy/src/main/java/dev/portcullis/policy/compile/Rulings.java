// SPDX-License-Identifier: Apache-2.0
package dev.portcullis.policy.compile;

import dev.portcullis.policy.InvalidPolicyException;
import dev.portcullis.policy.PolicyTooComplexException;
import dev.portcullis.policy.SourcedPolicy;
import dev.portcullis.policy.automaton.AutomatonTooLargeException;
import dev.portcullis.policy.automaton.Nfa;
import dev.portcullis.policy.ruleset.Lane;
import dev.portcullis.policy.ruleset.QuestionKind;
import dev.portcullis.policy.ruleset.RuleInfo;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;

/**
 * The same policies that {@link RuleSetCompiler} compiles, by the same precedence, but rule by
 * rule: slow, and able to tell who decided.
 */
public final class Rulings {
    private final List<RuleInfo> rules;
    private final Questions questions;
    private final Map<QuestionKind, Nfa> automata = new EnumMap<>(QuestionKind.class);

    private Rulings(Entries entries) throws InvalidPolicyException, AutomatonTooLargeException {
        rules = entries.all().stream().map(Entry::info).toList();
        questions = new Questions(entries);
        automata.put(QuestionKind.EXEC, RuleNfa.of(entries.process()).nfa());
        automata.put(QuestionKind.EGRESS, RuleNfa.of(entries.network()).nfa());
        Nfa file = RuleNfa.of(entries.file()).nfa();
        automata.put(QuestionKind.READ, file);
        automata.put(QuestionKind.WRITE, file);
        automata.put(QuestionKind.READ_WRITE, file);
    }

    /**
     * Takes policies, in any order.
     *
     * @throws InvalidPolicyException as {@link RuleSetCompiler#compile}
     * @throws PolicyTooComplexException as {@link RuleSetCompiler#compile}, if later
     */
    public static Rulings of(List<SourcedPolicy> policies)
            throws InvalidPolicyException, PolicyTooComplexException {
        Entries entries = Entries.of(policies);
        try {
            return new Rulings(entries);
        } catch (AutomatonTooLargeException e) {
            throw RuleSetCompiler.tooComplex(e, entries.all().stream().map(Entry::info).toList());
        }
    }

    /** What rulings name by index; the same as in the rule set. */
    public List<RuleInfo> rules() {
        return rules;
    }

    /**
     * Judges one question.
     *
     * @param without index of a rule or default to leave out, or {@link Ruling#NOBODY}
     */
    public Ruling judge(QuestionKind kind, Lane lane, byte[] question, int without) {
        Nfa automaton = automata.get(kind);
        if (automaton == null) {
            throw new IllegalArgumentException("no automaton for " + kind);
        }
        return questions.decide(kind, lane, automaton.accepted(question), without);
    }
}
