// SPDX-License-Identifier: Apache-2.0
package dev.portcullis.policy.compile;

import dev.portcullis.api.v1alpha1.CapabilityRule;
import dev.portcullis.api.v1alpha1.FileRule;
import dev.portcullis.api.v1alpha1.NetworkRule;
import dev.portcullis.api.v1alpha1.ProcessRule;
import dev.portcullis.api.v1alpha1.SystemRule;
import dev.portcullis.policy.InvalidPolicyException;
import dev.portcullis.policy.Problem;
import dev.portcullis.policy.automaton.AutomatonTooLargeException;
import dev.portcullis.policy.automaton.ByteSet;
import dev.portcullis.policy.automaton.Nfa;
import dev.portcullis.policy.pattern.Glob;
import dev.portcullis.policy.pattern.PathAliases;
import dev.portcullis.policy.pattern.PatternException;
import dev.portcullis.policy.ruleset.NumberQuestion;
import dev.portcullis.policy.ruleset.RuleInfo;
import java.util.Arrays;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;

/**
 * Builds rules of one domain into an automaton over the bytes of its questions. A rule has two
 * tags: one for what it names, one for what it leaves out of that.
 */
final class RuleNfa {
    private static final int MAX_POSITIONS = 500_000;

    private final Nfa nfa = new Nfa(MAX_POSITIONS);
    private final GlobNfa globs = new GlobNfa(nfa);

    /** The rules of a section, as far as the domain's questions are about them. */
    static RuleNfa of(Domain domain, List<Entry> section)
            throws AutomatonTooLargeException, InvalidPolicyException {
        RuleNfa rules = new RuleNfa();
        try {
            for (Entry entry : section) {
                rules.add(domain, entry);
            }
        } catch (AutomatonTooLargeException e) {
            throw e.retagged(RuleNfa::indexOf);
        }
        return rules;
    }

    /** The index of the rule that a tag of {@link #of} belongs to. */
    static int indexOf(int tag) {
        return tag / 2;
    }

    /** The indices of the rules that hold where these ascending tags of {@link #of} accept. */
    static int[] matching(int[] tags) {
        int count = 0;
        int[] indices = new int[tags.length];
        for (int i = 0; i < tags.length; i++) {
            boolean leftOut = i + 1 < tags.length && tags[i + 1] == (tags[i] ^ 1);
            if (tags[i] % 2 == 0 && !leftOut) {
                indices[count++] = indexOf(tags[i]);
            }
        }
        return Arrays.copyOf(indices, count);
    }

    Nfa nfa() {
        return nfa;
    }

    private void add(Domain domain, Entry entry)
            throws AutomatonTooLargeException, InvalidPolicyException {
        addNamed(2 * entry.index(), domain, entry);
        addExcept(2 * entry.index() + 1, entry, domain);
    }

    /** Accepts what a rule names, and also what it leaves out of that. */
    void addNamed(int tag, Domain domain, Entry entry)
            throws AutomatonTooLargeException, InvalidPolicyException {
        switch (entry.rule()) {
            case null -> {
                if (domain == Domain.SOCKETS) {
                    addNumbers(tag, Sockets.namedIn(entry.section()));
                }
            }
            case ProcessRule process ->
                    addPaths(tag, entry.info(), process.paths(), Subtree.of(entry, process));
            case FileRule file ->
                    addPaths(tag, entry.info(), file.paths(), Subtree.of(entry, file));
            case NetworkRule network when domain == Domain.SOCKETS ->
                    addNumbers(tag, Sockets.namedBy(network));
            case NetworkRule network -> addPeers(tag, entry.info(), network);
            case CapabilityRule capability ->
                    addNumbers(tag, capability.names().stream().map(NumberQuestion::of).toList());
            case SystemRule system ->
                    addNumbers(tag, system.operations().stream().map(NumberQuestion::of).toList());
        }
    }

    /** Accepts what a rule leaves out of what it names. */
    void addExcept(int tag, Entry entry, Domain domain)
            throws AutomatonTooLargeException, InvalidPolicyException {
        switch (entry.rule()) {
            case ProcessRule process -> addPaths(tag, entry.info(), process.except());
            case FileRule file -> addPaths(tag, entry.info(), file.except());
            case NetworkRule network when domain == Domain.PEERS && !network.except().isEmpty() ->
                    addNetworks(tag, entry.info(), network.except());
            case null, default -> {}
        }
    }

    /** Accepts each of these as a question of one byte. */
    void addNumbers(int tag, List<Integer> numbers) throws AutomatonTooLargeException {
        nfa.tag(tag);
        for (int number : numbers) {
            nfa.accept(nfa.step(Nfa.START, ByteSet.of(number)));
        }
    }

    /** Accepts what any of the patterns matches. */
    void addPaths(int tag, RuleInfo info, List<String> paths)
            throws AutomatonTooLargeException, InvalidPolicyException {
        addPaths(tag, info, paths, Subtree.NOTHING);
    }

    private void addPaths(int tag, RuleInfo info, List<String> paths, Subtree subtree)
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
            globs.add(glob, subtree);
        }
    }

    /** Accepts the peers, or local addresses, that the rule names. */
    void addPeers(int tag, RuleInfo info, NetworkRule rule)
            throws AutomatonTooLargeException, InvalidPolicyException {
        nfa.tag(tag);
        try {
            new PeerNfa(nfa).add(rule);
        } catch (PatternException e) {
            throw invalid(info, e);
        }
    }

    /** Accepts every address of these networks, of any protocol and port. */
    void addNetworks(int tag, RuleInfo info, List<String> cidrs)
            throws AutomatonTooLargeException, InvalidPolicyException {
        nfa.tag(tag);
        try {
            new PeerNfa(nfa).addNetworks(cidrs);
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
