// SPDX-License-Identifier: Apache-2.0
package dev.portcullis.policy.compile;

import dev.portcullis.api.v1alpha1.Action;
import dev.portcullis.api.v1alpha1.Direction;
import dev.portcullis.api.v1alpha1.NetworkRule;
import dev.portcullis.policy.InvalidPolicyException;
import dev.portcullis.policy.PolicyTooComplexException;
import dev.portcullis.policy.SourcedPolicy;
import dev.portcullis.policy.automaton.AutomatonTooLargeException;
import dev.portcullis.policy.automaton.Nfa;
import dev.portcullis.policy.ruleset.Lane;
import dev.portcullis.policy.ruleset.QuestionKind;
import dev.portcullis.policy.ruleset.RuleInfo;
import java.util.ArrayList;
import java.util.Arrays;
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
    private final Map<Domain, Nfa> automata = new EnumMap<>(Domain.class);
    private final Nfa subjects;

    /** Made when they are first asked for. */
    private final Map<Domain, PossibleDfa> possible = new EnumMap<>(Domain.class);

    private Rulings(Entries entries) throws InvalidPolicyException, AutomatonTooLargeException {
        rules = entries.all().stream().map(Entry::info).toList();
        questions = Questions.of(entries);
        subjects = questions.subjects().nfa();
        for (Domain domain : Domain.values()) {
            automata.put(domain, RuleNfa.of(domain, entries.of(domain)).nfa());
        }
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
     * Which patterns can match at once, domain by domain.
     *
     * @throws InvalidPolicyException if a path, network or port is none
     * @throws PolicyTooComplexException if there are too many sets of them
     */
    public List<Overlaps> overlaps() throws InvalidPolicyException, PolicyTooComplexException {
        List<Overlaps> overlaps = new ArrayList<>();
        try {
            for (Domain domain : Domain.values()) {
                overlaps.add(
                        Overlaps.of(domain, questions.entries(), RuleSetCompiler.DEFAULT_BUDGET));
            }
        } catch (AutomatonTooLargeException e) {
            throw RuleSetCompiler.tooComplex(e, rules);
        }
        return overlaps;
    }

    /** Whether a rule or default of the right section speaks of this kind of question. */
    public boolean speaksOf(QuestionKind kind, int rule) {
        return Questions.speaksOf(questions.entries().all().get(rule), kind, Lane.AUDIT);
    }

    /** Whether nobody wrote a rule, as that of {@link MountRefusal}. */
    public boolean isImplied(int rule) {
        return questions.entries().all().get(rule).isImplied();
    }

    /**
     * Whether the default of a rule's section speaks of more than it would if there were no such
     * rules.
     */
    public boolean widensDefault(int rule) {
        Entry entry = questions.entries().all().get(rule);
        return entry.rule() instanceof NetworkRule network
                && entry.section().defaultAction() != Action.ALLOW
                && (network.direction() == Direction.LISTEN || !Sockets.namedBy(network).isEmpty());
    }

    /**
     * Patterns beside those that name operations, which can match nothing.
     *
     * @throws InvalidPolicyException if a path or network is none
     * @throws PolicyTooComplexException if a rule has too many of them
     */
    public List<Unmatched> unmatched() throws InvalidPolicyException, PolicyTooComplexException {
        try {
            return Unmatched.in(questions.entries(), RuleSetCompiler.DEFAULT_BUDGET);
        } catch (AutomatonTooLargeException e) {
            throw RuleSetCompiler.tooComplex(e, rules);
        }
    }

    /** Somebody whose subject was executed by this path; no rule names the empty one. */
    public Applicant applicant(byte[] subject, boolean owner) {
        List<Integer> conditions = Arrays.stream(subjects.accepted(subject)).boxed().toList();
        return new Applicant(true, conditions, owner);
    }

    /** Somebody whose subject is not known. */
    public Applicant unknown(boolean owner) {
        return Applicant.unknown(owner);
    }

    /**
     * All that the rules can tell apart: for every real path of a subject and for those that are
     * not known.
     *
     * @throws InvalidPolicyException if a path is none
     * @throws PolicyTooComplexException if there are too many
     */
    public List<Applicant> applicants() throws InvalidPolicyException, PolicyTooComplexException {
        List<Applicant> all = new ArrayList<>();
        List<List<Integer>> met = subjectPaths().met();
        for (boolean owner : owners()) {
            met.forEach(conditions -> all.add(new Applicant(true, conditions, owner)));
            all.add(Applicant.unknown(owner));
        }
        return all;
    }

    /**
     * The paths of subjects, and what the rules tell apart of them.
     *
     * @throws InvalidPolicyException if a path is none
     * @throws PolicyTooComplexException if they tell too much apart
     */
    public SubjectPaths subjectPaths() throws InvalidPolicyException, PolicyTooComplexException {
        try {
            return SubjectPaths.of(questions.subjects(), RuleSetCompiler.DEFAULT_BUDGET);
        } catch (AutomatonTooLargeException e) {
            throw RuleSetCompiler.tooComplex(e, rules);
        }
    }

    /** Whether it matters who owns a file: all that an applicant can be in that respect. */
    public List<Boolean> owners() {
        return questions.subjects().owners();
    }

    /**
     * The rules that depend on the applicant and hold for it, among those that a kind of question
     * is about. Applicants with one view are judged alike.
     */
    public List<Integer> view(QuestionKind kind, Applicant applicant) {
        return questions.entries().of(Domain.of(kind)).stream()
                .filter(Subjects::isConditional)
                .filter(entry -> questions.subjects().applies(entry, applicant))
                .map(Entry::index)
                .toList();
    }

    /**
     * All answers to one kind of question of one applicant.
     *
     * @throws InvalidPolicyException if a path, network or port is none
     * @throws PolicyTooComplexException if there are too many of them
     */
    public RulingDfa automaton(QuestionKind kind, Applicant applicant)
            throws InvalidPolicyException, PolicyTooComplexException {
        Domain domain = Domain.of(kind);
        PossibleDfa matching = possible.get(domain);
        if (matching == null) {
            try {
                matching =
                        PossibleDfa.of(domain, questions.entries(), RuleSetCompiler.DEFAULT_BUDGET);
            } catch (AutomatonTooLargeException e) {
                throw RuleSetCompiler.tooComplex(e, rules);
            }
            possible.put(domain, matching);
        }
        return RulingDfa.of(kind, applicant, matching, questions);
    }

    /** The verdict where it cannot be told what is done to. */
    public Ruling unresolved(QuestionKind kind, Lane lane, Applicant applicant) {
        return questions.unresolved(kind, lane, applicant);
    }

    /** Whether a rule holds for somebody; a default does. */
    public boolean applies(int rule, Applicant applicant) {
        return questions.subjects().applies(questions.entries().all().get(rule), applicant);
    }

    /**
     * Judges an operation of which it is known which rules decide.
     *
     * @param holding indices of the rules of its section that match it and hold for who does it
     */
    public Ruling judge(QuestionKind kind, Lane lane, List<Integer> holding) {
        int[] indices = holding.stream().mapToInt(Integer::intValue).toArray();
        return questions.decide(kind, lane, indices, _ -> true, Ruling.NOBODY);
    }

    /**
     * Judges one question.
     *
     * @param without index of a rule or default to leave out, or {@link Ruling#NOBODY}
     */
    public Ruling judge(
            QuestionKind kind, Lane lane, byte[] question, Applicant applicant, int without) {
        Nfa automaton = automata.get(Domain.of(kind));
        if (automaton == null) {
            throw new IllegalArgumentException("no automaton for " + kind);
        }
        int[] matching = RuleNfa.matching(automaton.accepted(question));
        return questions.decide(
                kind,
                lane,
                matching,
                entry -> questions.subjects().applies(entry, applicant),
                without);
    }
}
