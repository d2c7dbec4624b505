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
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Predicate;

/**
 * The automaton of one domain, for all its kinds of question and for all who can ask.
 *
 * <p>Applicants for whom the same rules of the section hold share a view. A section whose rules say
 * nothing of subjects and owners has one view, however many applicants there are.
 *
 * @param domain whose questions it answers
 * @param dfa minimal; its labels are numbers in {@code verdicts}
 * @param verdicts the verdict in each lane, for each kind of the domain, for each view
 * @param viewOf the view of each applicant
 */
record SectionDfa(Domain domain, Dfa dfa, Interned verdicts, List<Integer> viewOf) {
    /** Compiles the rules and defaults of one section. */
    static SectionDfa of(
            Domain domain, List<Applicant> applicants, Questions questions, AutomatonBudget budget)
            throws AutomatonTooLargeException, InvalidPolicyException {
        List<Entry> section = questions.entries().of(domain);
        Nfa nfa = RuleNfa.of(domain, section).nfa();
        List<Applicant> views = new ArrayList<>();
        List<Integer> viewOf = views(section, applicants, questions, views);
        Interned verdicts = new Interned();
        Dfa dfa;
        try {
            dfa =
                    Determinizer.run(
                            nfa,
                            tags ->
                                    verdicts.number(
                                            judge(
                                                    domain,
                                                    views,
                                                    questions,
                                                    RuleNfa.matching(tags))),
                            budget);
        } catch (AutomatonTooLargeException e) {
            throw e.retagged(RuleNfa::indexOf);
        }
        return new SectionDfa(domain, Minimizer.run(dfa), verdicts, viewOf);
    }

    /** Groups applicants by the rules that hold for them; {@code views} gets one of each group. */
    private static List<Integer> views(
            List<Entry> section,
            List<Applicant> applicants,
            Questions questions,
            List<Applicant> views) {
        List<Entry> conditional = section.stream().filter(Subjects::isConditional).toList();
        Map<List<Entry>, Integer> known = new LinkedHashMap<>();
        List<Integer> viewOf = new ArrayList<>();
        for (Applicant applicant : applicants) {
            List<Entry> holding =
                    conditional.stream()
                            .filter(entry -> questions.subjects().applies(entry, applicant))
                            .toList();
            Integer view = known.putIfAbsent(holding, views.size());
            viewOf.add(view == null ? views.size() : view);
            if (view == null) {
                views.add(applicant);
            }
        }
        return viewOf;
    }

    private static int[] judge(
            Domain domain, List<Applicant> views, Questions questions, int[] matching) {
        int[] verdicts = new int[views.size() * domain.kinds().size() * Lane.values().length];
        int at = 0;
        for (Applicant view : views) {
            Predicate<Entry> holds = entry -> questions.subjects().applies(entry, view);
            for (QuestionKind kind : domain.kinds()) {
                for (Lane lane : Lane.values()) {
                    verdicts[at++] =
                            questions.decide(kind, lane, matching, holds, Ruling.NOBODY).verdict();
                }
            }
        }
        return verdicts;
    }

    /** How many views there are. */
    int views() {
        return viewOf.stream().mapToInt(Integer::intValue).max().orElseThrow() + 1;
    }

    /**
     * What each state answers to one kind of question in one view.
     *
     * @param pairs numbers the verdicts of both lanes
     */
    int[] labels(int view, QuestionKind kind, Interned pairs) {
        int lanes = Lane.values().length;
        int column = (view * domain.kinds().size() + domain.kinds().indexOf(kind)) * lanes;
        int[] byVerdicts = new int[verdicts.size()];
        Arrays.setAll(
                byVerdicts,
                number ->
                        pairs.number(
                                verdicts.get(number, column), verdicts.get(number, column + 1)));
        return Arrays.stream(dfa.label()).map(label -> byVerdicts[label]).toArray();
    }
}
