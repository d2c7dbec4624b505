// SPDX-License-Identifier: Apache-2.0
package dev.portcullis.policy.compile;

import dev.portcullis.api.v1alpha1.FileRule;
import dev.portcullis.api.v1alpha1.NetworkRule;
import dev.portcullis.api.v1alpha1.ProcessRule;
import dev.portcullis.api.v1alpha1.Rule;
import dev.portcullis.policy.InvalidPolicyException;
import dev.portcullis.policy.automaton.AutomatonBudget;
import dev.portcullis.policy.automaton.AutomatonTooLargeException;
import dev.portcullis.policy.automaton.Determinizer;
import java.util.ArrayList;
import java.util.BitSet;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * A pattern of {@code from}, {@code exceptFrom} or {@code except} that can match nothing: no
 * subject has such a path, or the rule names nothing that is to be left out.
 *
 * @param field where it stands, such as {@code spec.file.rules[0].except[1]}
 * @param ofSubjects whether it is for subjects
 */
public record Unmatched(String field, boolean ofSubjects) {
    static List<Unmatched> in(Entries entries, AutomatonBudget budget)
            throws AutomatonTooLargeException, InvalidPolicyException {
        List<Unmatched> found = new ArrayList<>();
        for (Domain domain : Domain.values()) {
            if (domain == Domain.SOCKETS) {
                continue; // the same section as PEERS; sockets have nothing to leave out
            }
            for (Entry entry : entries.of(domain)) {
                Rule rule = entry.rule();
                if (rule != null) {
                    subjects(entry, "from", rule.from(), budget, found);
                    subjects(entry, "exceptFrom", rule.exceptFrom(), budget, found);
                    except(domain, entry, except(rule), budget, found);
                }
            }
        }
        return found;
    }

    private static List<String> except(Rule rule) {
        return switch (rule) {
            case ProcessRule process -> process.except();
            case FileRule file -> file.except();
            case NetworkRule network -> network.except();
            default -> List.of();
        };
    }

    /** Accepts each pattern with its index for a tag. */
    private static RuleNfa eachByItself(Domain domain, Entry entry, List<String> patterns)
            throws AutomatonTooLargeException, InvalidPolicyException {
        RuleNfa nfa = new RuleNfa();
        for (int i = 0; i < patterns.size(); i++) {
            if (domain == Domain.PEERS) {
                nfa.addNetworks(i, entry.info(), List.of(patterns.get(i)));
            } else {
                nfa.addPaths(i, entry.info(), List.of(patterns.get(i)));
            }
        }
        return nfa;
    }

    private static void subjects(
            Entry entry,
            String list,
            List<String> patterns,
            AutomatonBudget budget,
            List<Unmatched> found)
            throws AutomatonTooLargeException, InvalidPolicyException {
        if (patterns.isEmpty()) {
            return;
        }
        RuleNfa nfa = eachByItself(Domain.PROCESS, entry, patterns);
        nfa.nfa().tag(patterns.size());
        Possible.questions(Domain.PROCESS, nfa.nfa());
        report(entry, list, seen(nfa, patterns.size(), null, entry, budget), patterns, found);
    }

    private static void except(
            Domain domain,
            Entry entry,
            List<String> patterns,
            AutomatonBudget budget,
            List<Unmatched> found)
            throws AutomatonTooLargeException, InvalidPolicyException {
        if (patterns.isEmpty()) {
            return;
        }
        RuleNfa nfa = eachByItself(domain, entry, patterns);
        int named = patterns.size();
        nfa.addNamed(named, domain, entry);
        nfa.nfa().tag(named + 1);
        Possible.questions(domain, nfa.nfa());
        report(entry, "except", seen(nfa, named + 1, named, entry, budget), patterns, found);
    }

    /** The tags that some possible text is accepted for. */
    private static BitSet seen(
            RuleNfa nfa,
            int possible,
            @Nullable Integer together,
            Entry entry,
            AutomatonBudget budget)
            throws AutomatonTooLargeException {
        BitSet seen = new BitSet();
        try {
            Determinizer.run(
                    nfa.nfa(),
                    tags -> {
                        BitSet here = new BitSet();
                        for (int tag : tags) {
                            here.set(tag);
                        }
                        if (here.get(possible) && (together == null || here.get(together))) {
                            seen.or(here);
                        }
                        return 0;
                    },
                    budget);
        } catch (AutomatonTooLargeException e) {
            throw e.retagged(_ -> entry.index());
        }
        return seen;
    }

    private static void report(
            Entry entry, String list, BitSet seen, List<String> patterns, List<Unmatched> found) {
        for (int i = 0; i < patterns.size(); i++) {
            if (!seen.get(i)) {
                String field = entry.info().field() + "." + list + "[" + i + "]";
                found.add(new Unmatched(field, !list.equals("except")));
            }
        }
    }
}
