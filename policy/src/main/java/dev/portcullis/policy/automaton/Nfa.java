// SPDX-License-Identifier: Apache-2.0
package dev.portcullis.policy.automaton;

import java.util.ArrayList;
import java.util.BitSet;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/**
 * A nondeterministic automaton that grows by states and edges. State 0 is the start. Each state
 * belongs to the tag that was current when it was made, so that growth can be blamed on it.
 */
public final class Nfa {
    /** The start state. */
    public static final int START = 0;

    private static final int EPSILON = -1;
    private static final int NO_EDGE = -1;

    private final int maxStates;
    private final IntList firstEdge = new IntList();
    private final IntList acceptTag = new IntList();
    private final IntList owner = new IntList();
    private final IntList edgeSet = new IntList();
    private final IntList edgeTarget = new IntList();
    private final IntList edgeNext = new IntList();
    private final List<ByteSet> sets = new ArrayList<>();
    private final Map<ByteSet, Integer> setIds = new HashMap<>();
    private final Map<Integer, Integer> statesOf = new HashMap<>();
    private int tag = -1;

    /**
     * An automaton that accepts nothing yet.
     *
     * @param maxStates the most states it may grow to
     */
    public Nfa(int maxStates) {
        this.maxStates = maxStates;
        firstEdge.add(NO_EDGE);
        acceptTag.add(-1);
        owner.add(-1);
    }

    /** From now on states belong to this tag, 0 or higher. */
    public void tag(int newTag) {
        tag = newTag;
    }

    /** A new state. */
    public int state() throws AutomatonTooLargeException {
        if (firstEdge.size() >= maxStates) {
            throw new AutomatonTooLargeException(
                    "more than " + maxStates + " positions in its patterns", largest());
        }
        firstEdge.add(NO_EDGE);
        acceptTag.add(-1);
        owner.add(tag);
        statesOf.merge(tag, 1, Integer::sum);
        return firstEdge.size() - 1;
    }

    /** An edge that reads one byte of the set. */
    public void edge(int from, ByteSet set, int to) {
        if (set.isEmpty()) {
            return;
        }
        Integer id = setIds.get(set);
        if (id == null) {
            id = sets.size();
            sets.add(set);
            setIds.put(set, id);
        }
        link(from, id, to);
    }

    /** An edge that reads nothing. */
    public void epsilon(int from, int to) {
        link(from, EPSILON, to);
    }

    /** An edge to a new state. */
    public int step(int from, ByteSet set) throws AutomatonTooLargeException {
        int to = state();
        edge(from, set, to);
        return to;
    }

    /** What ends here is accepted for the current tag. */
    public void accept(int state) throws AutomatonTooLargeException {
        if (acceptTag.get(state) == -1 && owner.get(state) == tag) {
            acceptTag.set(state, tag);
        } else if (acceptTag.get(state) != tag) {
            int end = state();
            acceptTag.set(end, tag);
            epsilon(state, end);
        }
    }

    /** The ascending tags that a text is accepted for, by a walk of this automaton as it is. */
    public int[] accepted(byte[] text) {
        BitSet here = new BitSet();
        enter(START, here);
        for (byte b : text) {
            BitSet there = new BitSet();
            for (int state = here.nextSetBit(0); state >= 0; state = here.nextSetBit(state + 1)) {
                for (int edge = firstEdge(state); edge >= 0; edge = nextEdge(edge)) {
                    if (!isEpsilon(edge) && sets.get(setOf(edge)).contains(b & 0xff)) {
                        enter(target(edge), there);
                    }
                }
            }
            here = there;
        }
        return here.stream()
                .map(this::acceptTag)
                .filter(accepted -> accepted >= 0)
                .sorted()
                .distinct()
                .toArray();
    }

    /** Adds a state and all that are reached from it without reading. */
    private void enter(int state, BitSet states) {
        IntList stack = new IntList();
        stack.add(state);
        while (stack.size() > 0) {
            int next = stack.removeLast();
            if (!states.get(next)) {
                states.set(next);
                for (int edge = firstEdge(next); edge >= 0; edge = nextEdge(edge)) {
                    if (isEpsilon(edge)) {
                        stack.add(target(edge));
                    }
                }
            }
        }
    }

    int states() {
        return firstEdge.size();
    }

    int acceptTag(int state) {
        return acceptTag.get(state);
    }

    int owner(int state) {
        return owner.get(state);
    }

    int firstEdge(int state) {
        return firstEdge.get(state);
    }

    int nextEdge(int edge) {
        return edgeNext.get(edge);
    }

    int target(int edge) {
        return edgeTarget.get(edge);
    }

    boolean isEpsilon(int edge) {
        return edgeSet.get(edge) == EPSILON;
    }

    /** Index in {@link #sets()} of what the edge reads. */
    int setOf(int edge) {
        return edgeSet.get(edge);
    }

    List<ByteSet> sets() {
        return sets;
    }

    private void link(int from, int set, int to) {
        edgeSet.add(set);
        edgeTarget.add(to);
        edgeNext.add(firstEdge.get(from));
        firstEdge.set(from, edgeSet.size() - 1);
    }

    private List<Integer> largest() {
        return Blame.most(statesOf);
    }
}
