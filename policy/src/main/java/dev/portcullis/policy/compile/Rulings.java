// SPDX-License-Identifier: Apache-2.0
package dev.portcullis.policy.compile;

import dev.portcullis.policy.InvalidPolicyException;
import dev.portcullis.policy.PolicyTooComplexException;
import dev.portcullis.policy.SourcedPolicy;
import dev.portcullis.policy.automaton.AutomatonBudget;
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
    private static final List<QuestionKind> FILE = List.of(QuestionKind.READ, QuestionKind.WRITE);

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
     * Which patterns can match at once, section by section.
     *
     * @throws InvalidPolicyException if a path, network or port is none
     * @throws PolicyTooComplexException if there are too many sets of them
     */
    public List<Overlaps> overlaps() throws InvalidPolicyException, PolicyTooComplexException {
        Entries entries = questions.entries();
        AutomatonBudget budget = RuleSetCompiler.DEFAULT_BUDGET;
        try {
            return List.of(
                    Overlaps.of(RuleSetCompiler.PROCESS, entries.process(), budget),
                    Overlaps.of(FILE, entries.file(), budget),
                    Overlaps.of(RuleSetCompiler.NETWORK, entries.network(), budget));
        } catch (AutomatonTooLargeException e) {
            throw RuleSetCompiler.tooComplex(e, rules);
        }
    }

    /**
     * All answers to one kind of question.
     *
     * @throws InvalidPolicyException if a path, network or port is none
     * @throws PolicyTooComplexException if there are too many of them
     */
    public RulingDfa automaton(QuestionKind kind)
            throws InvalidPolicyException, PolicyTooComplexException {
        try {
            return RulingDfa.of(
                    kind, questions.section(kind), questions, RuleSetCompiler.DEFAULT_BUDGET);
        } catch (AutomatonTooLargeException e) {
            throw RuleSetCompiler.tooComplex(e, rules);
        }
    }

    /** The verdict where the path of an operation cannot be told. */
    public Ruling unresolved(QuestionKind kind, Lane lane) {
        return questions.unresolved(kind, lane);
    }

    /** Whether a rule or default of the right section speaks of this kind of question. */
    public boolean speaksOf(QuestionKind kind, int rule) {
        return Questions.speaksOf(questions.entries().all().get(rule), kind, Lane.AUDIT);
    }

    /**
     * Judges an operation of which it is known who matches.
     *
     * @param matching indices of the rules of its section that match
     */
    public Ruling judge(QuestionKind kind, Lane lane, List<Integer> matching) {
        int[] indices = matching.stream().mapToInt(Integer::intValue).toArray();
        return questions.decide(kind, lane, indices, Ruling.NOBODY);
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
