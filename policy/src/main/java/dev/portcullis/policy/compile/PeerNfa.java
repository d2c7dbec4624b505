// SPDX-License-Identifier: Apache-2.0
package dev.portcullis.policy.compile;

import dev.portcullis.api.v1alpha1.NetworkRule;
import dev.portcullis.api.v1alpha1.Protocol;
import dev.portcullis.policy.automaton.AutomatonTooLargeException;
import dev.portcullis.policy.automaton.ByteSet;
import dev.portcullis.policy.automaton.Nfa;
import dev.portcullis.policy.pattern.Cidr;
import dev.portcullis.policy.pattern.PatternException;
import dev.portcullis.policy.pattern.PortRange;
import dev.portcullis.policy.ruleset.EgressQuestion;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;

/** Builds network rules into an automaton over the bytes of an {@link EgressQuestion}. */
final class PeerNfa {
    private static final int TCP = 6;
    private static final int UDP = 17;
    private static final int SCTP = 132;
    private static final int UDP_LITE = 136;
    private static final int ICMP = 1;
    private static final int ICMP_V6 = 58;
    private static final int ADDRESS_BYTES = EgressQuestion.PORT - EgressQuestion.ADDRESS;

    private final Nfa nfa;

    PeerNfa(Nfa nfa) {
        this.nfa = nfa;
    }

    /** Accepts the peers that the rule names, for the automaton's current tag. */
    void add(NetworkRule rule) throws AutomatonTooLargeException, PatternException {
        int family = nfa.step(Nfa.START, protocols(rule));
        int port = nfa.state();
        Set<String> cidrs = new LinkedHashSet<>(rule.cidrs());
        rule.peers().forEach(peer -> cidrs.addAll(peer.cidrs()));
        if (cidrs.isEmpty()) {
            nfa.edge(any(family, ADDRESS_BYTES), ByteSet.ALL, port);
        }
        for (String text : cidrs) {
            cidr(family, Cidr.parse(text), port);
        }
        int end = nfa.state();
        if (rule.ports().isEmpty()) {
            nfa.edge(nfa.step(port, ByteSet.ALL), ByteSet.ALL, end);
        }
        Set<PortRange> ranges = new LinkedHashSet<>();
        for (String text : rule.ports()) {
            ranges.add(PortRange.parse(text));
        }
        for (PortRange range : ranges) {
            ports(port, range, end);
        }
        nfa.accept(end);
    }

    /** Accepts every address of some networks, of any protocol and port. */
    void addNetworks(List<String> cidrs) throws AutomatonTooLargeException, PatternException {
        int family = nfa.step(Nfa.START, ByteSet.ALL);
        int port = nfa.state();
        for (String text : new LinkedHashSet<>(cidrs)) {
            cidr(family, Cidr.parse(text), port);
        }
        nfa.accept(nfa.step(nfa.step(port, ByteSet.ALL), ByteSet.ALL));
    }

    private static ByteSet protocols(NetworkRule rule) {
        if (rule.protocols().isEmpty()) {
            return rule.ports().isEmpty() ? ByteSet.ALL : numbers(TCP, UDP, SCTP, UDP_LITE);
        }
        ByteSet set = ByteSet.NONE;
        for (Protocol protocol : rule.protocols()) {
            set =
                    set.union(
                            switch (protocol) {
                                case TCP -> numbers(TCP);
                                case UDP -> numbers(UDP);
                                case SCTP -> numbers(SCTP);
                                case ICMP ->
                                        rule.ports().isEmpty()
                                                ? numbers(ICMP, ICMP_V6)
                                                : ByteSet.NONE;
                                case RAW, PACKET, UNIX, NETLINK -> ByteSet.NONE;
                            });
        }
        return set;
    }

    private static ByteSet numbers(int... protocols) {
        ByteSet set = ByteSet.NONE;
        for (int protocol : protocols) {
            set = set.union(ByteSet.of(protocol));
        }
        return set;
    }

    private void cidr(int from, Cidr cidr, int to) throws AutomatonTooLargeException {
        int here = nfa.step(from, ByteSet.of(cidr.family()));
        for (int i = 0; i < ADDRESS_BYTES; i++) {
            int bits = Math.clamp(cidr.prefix() - 8L * i, 0, 8);
            int first = cidr.address()[i] & 0xff;
            ByteSet set = ByteSet.range(first, first | 0xff >> bits);
            if (i == ADDRESS_BYTES - 1) {
                nfa.edge(here, set, to);
            } else {
                here = nfa.step(here, set);
            }
        }
    }

    private int any(int from, int bytes) throws AutomatonTooLargeException {
        int here = from;
        for (int i = 0; i < bytes; i++) {
            here = nfa.step(here, ByteSet.ALL);
        }
        return here;
    }

    /** Big endian: the first byte alone decides, but for the ones at both ends of the range. */
    private void ports(int from, PortRange range, int to) throws AutomatonTooLargeException {
        int firstHigh = range.first() >>> 8;
        int lastHigh = range.last() >>> 8;
        int firstLow = range.first() & 0xff;
        int lastLow = range.last() & 0xff;
        if (firstHigh == lastHigh) {
            int low = nfa.step(from, ByteSet.of(firstHigh));
            nfa.edge(low, ByteSet.range(firstLow, lastLow), to);
            return;
        }
        nfa.edge(nfa.step(from, ByteSet.of(firstHigh)), ByteSet.range(firstLow, 0xff), to);
        nfa.edge(nfa.step(from, ByteSet.of(lastHigh)), ByteSet.range(0, lastLow), to);
        int between = nfa.step(from, ByteSet.range(firstHigh + 1, lastHigh - 1));
        nfa.edge(between, ByteSet.ALL, to);
    }
}
