// SPDX-License-Identifier: Apache-2.0
package dev.portcullis.policy.automaton;

/** What states of a nondeterministic automaton lead to without reading, themselves included. */
final class Closures {
    private final Nfa nfa;
    private final int[][] closureOf; // null until first asked for
    private final int[] seenAt;
    private int stamp;

    Closures(Nfa nfa) {
        this.nfa = nfa;
        closureOf = new int[nfa.states()][];
        seenAt = new int[nfa.states()];
    }

    /**
     * Of several states together.
     *
     * @param all gets those that read or accept, ascending
     */
    void of(IntList states, IntList all) {
        for (int i = 0; i < states.size(); i++) {
            if (closureOf[states.get(i)] == null) {
                closureOf[states.get(i)] = walk(states.get(i));
            }
        }
        stamp++;
        all.clear();
        for (int i = 0; i < states.size(); i++) {
            for (int member : closureOf[states.get(i)]) {
                if (isNew(member)) {
                    all.add(member);
                }
            }
        }
        all.sort();
    }

    private int[] walk(int state) {
        stamp++;
        IntList found = new IntList();
        IntList kept = new IntList();
        isNew(state);
        found.add(state);
        for (int i = 0; i < found.size(); i++) {
            int member = found.get(i);
            boolean matters = nfa.acceptTag(member) >= 0;
            for (int edge = nfa.firstEdge(member); edge >= 0; edge = nfa.nextEdge(edge)) {
                if (!nfa.isEpsilon(edge)) {
                    matters = true;
                } else if (isNew(nfa.target(edge))) {
                    found.add(nfa.target(edge));
                }
            }
            if (matters) {
                kept.add(member);
            }
        }
        return kept.toArray();
    }

    private boolean isNew(int state) {
        boolean isNew = seenAt[state] != stamp;
        seenAt[state] = stamp;
        return isNew;
    }
}
