// SPDX-License-Identifier: Apache-2.0
package dev.portcullis.policy.compile;

import dev.portcullis.policy.InvalidPolicyException;
import dev.portcullis.policy.PolicyTooComplexException;
import dev.portcullis.policy.SourcedPolicy;
import dev.portcullis.policy.automaton.AutomatonBudget;
import dev.portcullis.policy.automaton.AutomatonTooLargeException;
import dev.portcullis.policy.ruleset.Cell;
import dev.portcullis.policy.ruleset.RuleInfo;
import dev.portcullis.policy.ruleset.RuleSet;
import dev.portcullis.policy.ruleset.Verdict;
import java.util.ArrayList;
import java.util.List;

/**
 * Compiles all policies that select one container.
 *
 * <p>Each section becomes a nondeterministic automaton that accepts, for an operation, the rules
 * that name it; made deterministic and minimal, with the verdicts of both lanes for every kind of
 * question, and for everybody that rules tell apart, as the label of a state. Then the automata of
 * all kinds and askers are laid beside each other and minimised once more, so that they share what
 * is the same; and beside them the one that tells which asker a subject is.
 */
public final class RuleSetCompiler {
    /** Cells that a rule set may have unless told otherwise; 16 MiB in the kernel. */
    public static final int DEFAULT_MAX_CELLS = 4 << 20;

    /** What compiling may cost on the way: some seconds and some hundred megabytes at most. */
    static final AutomatonBudget DEFAULT_BUDGET = budget(DEFAULT_MAX_CELLS);

    private static final int MAX_STATES = 1_000_000;
    private static final int MAX_MEMBERS = 1 << 24;
    private static final long MAX_STEPS = 1_000_000_000;

    /** States on the way, for each cell of the table. */
    private static final int STATES_A_CELL = 2;

    private final int maxCells;
    private final AutomatonBudget budget;

    public RuleSetCompiler() {
        this(DEFAULT_MAX_CELLS);
    }

    /**
     * A compiler with a budget.
     *
     * @param maxCells the most cells that a rule set may have, 4 bytes each, at least {@link
     *     Cell#CLASS_CELLS} and at most {@link Cell#MAX_CELLS}
     */
    public RuleSetCompiler(int maxCells) {
        if (maxCells < Cell.CLASS_CELLS || maxCells > Cell.MAX_CELLS) {
            throw new IllegalArgumentException(maxCells + " cells");
        }
        this.maxCells = maxCells;
        budget = budget(maxCells);
    }

    private static AutomatonBudget budget(int maxCells) {
        return new AutomatonBudget(
                Math.min(MAX_STATES, STATES_A_CELL * maxCells), MAX_MEMBERS, MAX_STEPS);
    }

    /**
     * Checks that policies can stand beside each other, whatever they select.
     *
     * @throws InvalidPolicyException if two have the same tier, namespace and name
     */
    public static void checkNames(List<SourcedPolicy> policies) throws InvalidPolicyException {
        Entries.of(policies);
    }

    /**
     * Compiles policies, in any order.
     *
     * @throws InvalidPolicyException if two have the same tier, namespace and name, or one that did
     *     not come from the parser holds a path, network or port that is none
     * @throws PolicyTooComplexException if the result or what leads to it grows over the budget
     */
    public RuleSet compile(List<SourcedPolicy> policies)
            throws InvalidPolicyException, PolicyTooComplexException {
        Entries entries = Entries.of(policies);
        List<RuleInfo> rules = entries.all().stream().map(Entry::info).toList();
        if (rules.size() > Verdict.MAX_RULES) {
            throw new PolicyTooComplexException(
                    "%d rules, at most %d".formatted(rules.size(), Verdict.MAX_RULES), List.of());
        }
        Questions questions = Questions.of(entries);
        try {
            return Layout.of(automaton(questions, budget), questions, rules, maxCells);
        } catch (AutomatonTooLargeException e) {
            throw tooComplex(e, rules);
        }
    }

    /** The one automaton of all questions. */
    static Finished automaton(Questions questions, AutomatonBudget budget)
            throws AutomatonTooLargeException, InvalidPolicyException, PolicyTooComplexException {
        SubjectDfa subjects = SubjectDfa.of(questions.subjects(), budget);
        Askers askers = Askers.of(subjects.met());
        List<SectionDfa> sections = new ArrayList<>();
        for (Domain domain : Domain.values()) {
            sections.add(SectionDfa.of(domain, askers.all(), questions, budget));
        }
        JointDfa joint = JointDfa.of(sections, askers, budget);
        Classes classes = Classes.of(subjects, askers, joint, questions);
        return Finished.of(joint, askers, classes, budget);
    }

    static PolicyTooComplexException tooComplex(
            AutomatonTooLargeException e, List<RuleInfo> rules) {
        List<RuleInfo> worst = e.tags().stream().map(rules::get).toList();
        return new PolicyTooComplexException(String.valueOf(e.getMessage()), worst);
    }
}
