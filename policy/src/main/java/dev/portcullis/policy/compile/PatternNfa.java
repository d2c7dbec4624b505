// SPDX-License-Identifier: Apache-2.0
package dev.portcullis.policy.compile;

import dev.portcullis.api.v1alpha1.CapabilityRule;
import dev.portcullis.api.v1alpha1.FileRule;
import dev.portcullis.api.v1alpha1.NetworkRule;
import dev.portcullis.api.v1alpha1.ProcessRule;
import dev.portcullis.api.v1alpha1.SystemRule;
import dev.portcullis.policy.InvalidPolicyException;
import dev.portcullis.policy.automaton.AutomatonTooLargeException;
import dev.portcullis.policy.automaton.Nfa;
import dev.portcullis.policy.compile.Overlaps.Pattern;
import dev.portcullis.policy.ruleset.NumberQuestion;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;

/**
 * The patterns of one domain, each with a tag of its own, over the operations that are possible.
 * Behind the patterns' tags come those of what rules leave out, and last that of what is possible.
 */
final class PatternNfa {
    private final RuleNfa rules = new RuleNfa();
    private final List<Pattern> patterns = new ArrayList<>();

    /** Rule by the tag of what it leaves out. */
    private final Map<Integer, Integer> except = new HashMap<>();

    private int possible;

    private PatternNfa() {}

    static PatternNfa of(Domain domain, List<Entry> section)
            throws AutomatonTooLargeException, InvalidPolicyException {
        PatternNfa made = new PatternNfa();
        try {
            made.add(domain, section);
        } catch (AutomatonTooLargeException e) {
            throw e.retagged(made::ruleOf);
        }
        return made;
    }

    Nfa nfa() {
        return rules.nfa();
    }

    List<Pattern> patterns() {
        return patterns;
    }

    /** The rule that a tag belongs to, or -1. */
    int ruleOf(int tag) {
        return tag < patterns.size() ? patterns.get(tag).rule() : except.getOrDefault(tag, -1);
    }

    /** The patterns that match where these ascending tags accept; none if it is not possible. */
    List<Integer> matching(int[] tags) {
        if (tags.length == 0 || tags[tags.length - 1] != possible) {
            return List.of();
        }
        Set<Integer> leftOut = new HashSet<>();
        for (int tag : tags) {
            if (except.containsKey(tag)) {
                leftOut.add(except.get(tag));
            }
        }
        return Arrays.stream(tags)
                .filter(tag -> tag < patterns.size())
                .filter(tag -> !leftOut.contains(patterns.get(tag).rule()))
                .boxed()
                .toList();
    }

    private void add(Domain domain, List<Entry> section)
            throws AutomatonTooLargeException, InvalidPolicyException {
        for (Entry entry : section) {
            switch (entry.rule()) {
                case null -> {}
                case ProcessRule process -> addPaths(entry, process.paths());
                case FileRule file -> addPaths(entry, file.paths());
                case NetworkRule network -> addNetwork(domain, entry, network);
                case CapabilityRule rule ->
                        addNumbers(
                                entry,
                                "names",
                                rule.names().stream().map(NumberQuestion::of).toList());
                case SystemRule rule ->
                        addNumbers(
                                entry,
                                "operations",
                                rule.operations().stream().map(NumberQuestion::of).toList());
            }
        }
        for (Entry entry : section) {
            int tag = patterns.size() + except.size();
            except.put(tag, entry.index());
            rules.addExcept(tag, entry, domain);
        }
        possible = patterns.size() + except.size();
        rules.nfa().tag(possible);
        Possible.questions(domain, rules.nfa());
    }

    private void addPaths(Entry entry, List<String> paths)
            throws AutomatonTooLargeException, InvalidPolicyException {
        for (int i = 0; i < paths.size(); i++) {
            rules.addPaths(patterns.size(), entry.info(), List.of(paths.get(i)));
            String field = entry.info().field() + ".paths[" + i + "]";
            patterns.add(new Pattern(entry.index(), paths.get(i), field));
        }
    }

    /** Of what a rule names for the other domain of its section there is no pattern here. */
    private void addNetwork(Domain domain, Entry entry, NetworkRule rule)
            throws AutomatonTooLargeException, InvalidPolicyException {
        Pattern whole = new Pattern(entry.index(), "", entry.info().field());
        if (domain == Domain.SOCKETS) {
            if (!Sockets.namedBy(rule).isEmpty()) {
                rules.addNumbers(patterns.size(), Sockets.namedBy(rule));
                patterns.add(whole);
            }
        } else if (Sockets.speaksOfAddresses(rule)) {
            rules.addPeers(patterns.size(), entry.info(), rule);
            patterns.add(whole);
        }
    }

    private void addNumbers(Entry entry, String list, List<Integer> numbers)
            throws AutomatonTooLargeException {
        for (int i = 0; i < numbers.size(); i++) {
            rules.addNumbers(patterns.size(), List.of(numbers.get(i)));
            String field = entry.info().field() + "." + list + "[" + i + "]";
            patterns.add(new Pattern(entry.index(), "", field));
        }
    }
}
