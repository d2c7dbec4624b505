// SPDX-License-Identifier: Apache-2.0
package dev.portcullis.policy.lint;

import dev.portcullis.policy.compile.Overlaps;
import dev.portcullis.policy.compile.Ruling;
import dev.portcullis.policy.compile.Rulings;
import dev.portcullis.policy.ruleset.Lane;
import dev.portcullis.policy.ruleset.QuestionKind;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.SortedSet;
import java.util.TreeSet;

/**
 * Takes patterns out one by one, the last first, and keeps those out without which everything is
 * decided as before. What remains has no pattern left that can go.
 */
final class IdlePatterns {
    private final Overlaps section;
    private final Rulings rulings;
    private final boolean[] out;

    private IdlePatterns(Overlaps section, Rulings rulings) {
        this.section = section;
        this.rulings = rulings;
        out = new boolean[section.patterns().size()];
    }

    /** What becomes of each pattern. */
    static List<Idle> of(Overlaps section, Rulings rulings) {
        return new IdlePatterns(section, rulings).run();
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
        List<QuestionKind> kinds =
                section.kinds().stream().filter(kind -> rulings.speaksOf(kind, rule)).toList();
        SortedSet<Integer> rules = new TreeSet<>();
        SortedSet<Integer> patterns = new TreeSet<>();
        boolean nobody = false;
        for (List<Integer> set : sets) {
            int twin = twin(pattern, rule, set);
            if (twin >= 0) {
                patterns.add(twin);
                continue;
            }
            List<Integer> others = rules(set, rule);
            List<Integer> all = new ArrayList<>(others);
            all.add(rule);
            all.sort(null);
            for (QuestionKind kind : kinds) {
                Ruling without = rulings.judge(kind, Lane.ENFORCE, others);
                if (without.strictness() != rulings.judge(kind, Lane.ENFORCE, all).strictness()) {
                    return Idle.BUSY;
                }
                if (without.isBySomebody()) {
                    rules.add(without.by());
                } else {
                    nobody = true;
                }
            }
        }
        return new Idle(true, rules, patterns, nobody);
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
