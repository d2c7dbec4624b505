// SPDX-License-Identifier: Apache-2.0
package dev.portcullis.policy.lint;

import dev.portcullis.policy.compile.Applicant;
import dev.portcullis.policy.compile.Overlaps;
import dev.portcullis.policy.compile.Ruling;
import dev.portcullis.policy.compile.Rulings;
import dev.portcullis.policy.ruleset.Lane;
import dev.portcullis.policy.ruleset.QuestionKind;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import java.util.SortedSet;
import java.util.TreeSet;

/**
 * Takes patterns out one by one, the last first, and keeps those out without which everything is
 * decided as before, whoever asks. What remains has no pattern left that can go.
 */
final class IdlePatterns {
    private final Overlaps section;
    private final Rulings rulings;
    private final List<Applicant> applicants;
    private final boolean[] out;

    private IdlePatterns(Overlaps section, Rulings rulings, List<Applicant> applicants) {
        this.section = section;
        this.rulings = rulings;
        this.applicants = applicants;
        out = new boolean[section.patterns().size()];
    }

    /**
     * What becomes of each pattern.
     *
     * @param applicants all who can ask
     */
    static List<Idle> of(Overlaps section, Rulings rulings, List<Applicant> applicants) {
        return new IdlePatterns(section, rulings, applicants).run();
    }

    private List<Idle> run() {
        List<List<List<Integer>>> setsOf = new ArrayList<>();
        for (int pattern = 0; pattern < out.length; pattern++) {
            setsOf.add(new ArrayList<>());
        }
        for (List<Integer> set : section.sets()) {
            for (int pattern : set) {
                setsOf.get(pattern).add(set);
            }
        }
        Idle[] found = new Idle[out.length];
        for (int pattern = out.length - 1; pattern >= 0; pattern--) {
            found[pattern] = judge(pattern, setsOf.get(pattern));
            out[pattern] = found[pattern].isIdle();
        }
        return Arrays.asList(found);
    }

    private Idle judge(int pattern, List<List<Integer>> sets) {
        int rule = section.patterns().get(pattern).rule();
        if (rulings.isImplied(rule) || rulings.widensDefault(rule)) {
            // One cannot be taken out; without the other the default could speak of less, whatever
            // else decides where it matches.
            return Idle.BUSY;
        }
        List<QuestionKind> kinds =
                section.kinds().stream().filter(kind -> rulings.speaksOf(kind, rule)).toList();
        List<Applicant> governed =
                applicants.stream().filter(applicant -> rulings.applies(rule, applicant)).toList();
        Idle found = Idle.DEAD;
        for (List<Integer> set : sets) {
            int twin = twin(pattern, rule, set);
            if (twin >= 0) {
                found = found.and(Idle.coveredBy(twin));
                continue;
            }
            List<Integer> others = rules(set, rule);
            for (List<Integer> holding : holding(others, governed)) {
                for (QuestionKind kind : kinds) {
                    Idle effect = effect(kind, holding, rule);
                    if (!effect.isIdle()) {
                        return Idle.BUSY;
                    }
                    found = found.and(effect);
                }
            }
        }
        return found;
    }

    /** The different lists of those rules that hold, over all who ask. */
    private Set<List<Integer>> holding(List<Integer> rules, List<Applicant> governed) {
        Set<List<Integer>> lists = new LinkedHashSet<>();
        for (Applicant applicant : governed) {
            lists.add(rules.stream().filter(rule -> rulings.applies(rule, applicant)).toList());
        }
        return lists;
    }

    /** Whether a rule changes what others decide that hold where it does. */
    private Idle effect(QuestionKind kind, List<Integer> others, int rule) {
        List<Integer> all = new ArrayList<>(others);
        all.add(rule);
        all.sort(null);
        Ruling without = rulings.judge(kind, Lane.ENFORCE, others);
        if (without.strictness() != rulings.judge(kind, Lane.ENFORCE, all).strictness()) {
            return Idle.BUSY;
        }
        return without.isBySomebody() ? Idle.coveredByRule(without.by()) : Idle.NEEDLESS;
    }

    /** Another pattern of the rule that is still in, or -1. */
    private int twin(int pattern, int rule, List<Integer> set) {
        for (int other : set) {
            if (other != pattern && !out[other] && section.patterns().get(other).rule() == rule) {
                return other;
            }
        }
        return -1;
    }

    /** The rules of the patterns that are still in, but for one. */
    private List<Integer> rules(List<Integer> set, int without) {
        SortedSet<Integer> rules = new TreeSet<>();
        for (int pattern : set) {
            int rule = section.patterns().get(pattern).rule();
            if (!out[pattern] && rule != without) {
                rules.add(rule);
            }
        }
        return new ArrayList<>(rules);
    }
}
