// SPDX-License-Identifier: Apache-2.0
package dev.portcullis.policy.compile;

import dev.portcullis.policy.automaton.AutomatonTooLargeException;
import dev.portcullis.policy.automaton.ByteSet;
import dev.portcullis.policy.automaton.Nfa;
import dev.portcullis.policy.ruleset.EgressQuestion;
import dev.portcullis.policy.ruleset.NumberQuestion;
import java.nio.charset.StandardCharsets;

/** Accepts the questions that the kernel can ask, for an automaton's current tag. */
final class Possible {
    private static final ByteSet SLASH = ByteSet.of('/');
    private static final ByteSet DOT = ByteSet.of('.');
    private static final ByteSet NOT_NUL = ByteSet.range(1, 255);
    private static final ByteSet IN_NAME = NOT_NUL.minus(SLASH);
    private static final ByteSet WITH_PORTS =
            ByteSet.of(6).union(ByteSet.of(17)).union(ByteSet.of(132)).union(ByteSet.of(136));
    private static final int V4_BYTES = 4;

    private Possible() {}

    /** What can be asked of a domain. */
    static void questions(Domain domain, Nfa nfa) throws AutomatonTooLargeException {
        switch (domain) {
            case PROCESS, FILE -> paths(nfa);
            case PEERS -> peers(nfa);
            case SOCKETS -> number(nfa, ByteSet.range(1, NumberQuestion.SOCKETS));
            case CAPABILITIES -> number(nfa, ByteSet.range(0, NumberQuestion.LAST_CAPABILITY));
            case SYSTEM -> number(nfa, ByteSet.range(1, NumberQuestion.OPERATIONS));
        }
    }

    private static void number(Nfa nfa, ByteSet numbers) throws AutomatonTooLargeException {
        nfa.accept(nfa.step(Nfa.START, numbers));
    }

    /** Real paths, which have neither . nor .. nor empty components, and names. */
    static void paths(Nfa nfa) throws AutomatonTooLargeException {
        int name = nfa.state();
        nfa.edge(name, IN_NAME, name);
        nfa.accept(name);
        int root = nfa.step(Nfa.START, SLASH);
        nfa.accept(root);
        int slash = nfa.step(name, SLASH);
        for (int before : new int[] {root, slash}) {
            nfa.edge(before, IN_NAME.minus(DOT), name);
            int dot = nfa.step(before, DOT);
            nfa.edge(dot, IN_NAME.minus(DOT), name);
            nfa.edge(nfa.step(dot, DOT), IN_NAME, name);
        }
        for (String prefix : new String[] {"memfd:", "anon:"}) {
            int here = Nfa.START;
            for (byte b : prefix.getBytes(StandardCharsets.UTF_8)) {
                here = nfa.step(here, ByteSet.of(b));
            }
            nfa.edge(here, NOT_NUL, here);
            nfa.accept(here);
        }
    }

    /**
     * Peers, or local addresses, of both families; a port other than 0 only where the protocol has
     * ports.
     */
    static void peers(Nfa nfa) throws AutomatonTooLargeException {
        int port = address(nfa, nfa.step(Nfa.START, WITH_PORTS));
        nfa.accept(nfa.step(nfa.step(port, ByteSet.ALL), ByteSet.ALL));
        int noPort = address(nfa, nfa.step(Nfa.START, ByteSet.ALL.minus(WITH_PORTS)));
        nfa.accept(nfa.step(nfa.step(noPort, ByteSet.of(0)), ByteSet.of(0)));
    }

    private static int address(Nfa nfa, int family) throws AutomatonTooLargeException {
        int end = nfa.state();
        int v4 = nfa.step(family, ByteSet.of(4));
        int v6 = nfa.step(family, ByteSet.of(6));
        int mapped = v6;
        int bytes = EgressQuestion.PORT - EgressQuestion.ADDRESS;
        for (int i = 0; i < bytes; i++) {
            boolean last = i == bytes - 1;
            if (i < bytes - V4_BYTES) {
                ByteSet prefix = ByteSet.of(i < bytes - V4_BYTES - 2 ? 0 : 0xff);
                v4 = nfa.step(v4, prefix);
                // What begins like a v4-mapped address must leave it, as that is asked as IPv4.
                int left = nfa.step(mapped, ByteSet.ALL.minus(prefix));
                if (i > 0) {
                    nfa.edge(v6, ByteSet.ALL, left);
                }
                v6 = left;
                mapped = nfa.step(mapped, prefix);
            } else if (last) {
                nfa.edge(v4, ByteSet.ALL, end);
                nfa.edge(v6, ByteSet.ALL, end);
            } else {
                v4 = nfa.step(v4, ByteSet.ALL);
                v6 = nfa.step(v6, ByteSet.ALL);
            }
        }
        return end;
    }
}
