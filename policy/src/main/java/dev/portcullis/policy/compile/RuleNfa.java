// SPDX-License-Identifier: Apache-2.0
package dev.portcullis.policy.compile;

import dev.portcullis.api.v1alpha1.FileRule;
import dev.portcullis.api.v1alpha1.NetworkRule;
import dev.portcullis.api.v1alpha1.ProcessRule;
import dev.portcullis.api.v1alpha1.Rule;
import dev.portcullis.policy.InvalidPolicyException;
import dev.portcullis.policy.Problem;
import dev.portcullis.policy.automaton.AutomatonTooLargeException;
import dev.portcullis.policy.automaton.Nfa;
import dev.portcullis.policy.pattern.Glob;
import dev.portcullis.policy.pattern.PathAliases;
import dev.portcullis.policy.pattern.PatternException;
import dev.portcullis.policy.ruleset.RuleInfo;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;

/** Builds rules of one section into an automaton over the bytes of its questions. */
final class RuleNfa {
    private static final int MAX_POSITIONS = 500_000;

    private final Nfa nfa = new Nfa(MAX_POSITIONS);
    private final GlobNfa globs = new GlobNfa(nfa);

    /** The rules of a section, each for its index. */
    static RuleNfa of(List<Entry> section)
            throws AutomatonTooLargeException, InvalidPolicyException {
        RuleNfa rules = new RuleNfa();
        for (Entry entry : section) {
            Rule rule = entry.rule();
            if (rule != null) {
                rules.add(entry.index(), entry.info(), rule);
            }
        }
        return rules;
    }

    Nfa nfa() {
        return nfa;
    }

    private void add(int tag, RuleInfo info, Rule rule)
            throws AutomatonTooLargeException, InvalidPolicyException {
        switch (rule) {
            case ProcessRule process -> addPaths(tag, info, process.paths());
            case FileRule file -> addPaths(tag, info, file.paths());
            case NetworkRule network -> addPeers(tag, info, network);
        }
    }

    /** Accepts what any of the patterns matches. */
    void addPaths(int tag, RuleInfo info, List<String> paths)
            throws AutomatonTooLargeException, InvalidPolicyException {
        nfa.tag(tag);
        Set<Glob> all = new LinkedHashSet<>();
        for (String path : paths) {
            try {
                all.addAll(PathAliases.of(Glob.parse(path)));
            } catch (PatternException e) {
                throw invalid(info, e);
            }
        }
        for (Glob glob : all) {
            globs.add(glob);
        }
    }

    /** Accepts the peers that the rule names. */
    void addPeers(int tag, RuleInfo info, NetworkRule rule)
            throws AutomatonTooLargeException, InvalidPolicyException {
        nfa.tag(tag);
        try {
            new EgressNfa(nfa).add(rule);
        } catch (PatternException e) {
            throw invalid(info, e);
        }
    }

    private static InvalidPolicyException invalid(RuleInfo rule, PatternException e) {
        return new InvalidPolicyException(
                List.of(
                        new Problem(
                                rule.qualifiedPolicy(),
                                1,
                                1,
                                rule.field(),
                                String.valueOf(e.getMessage()))));
    }
}
