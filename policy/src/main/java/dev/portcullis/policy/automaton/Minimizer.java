// SPDX-License-Identifier: Apache-2.0
package dev.portcullis.policy.automaton;

import java.util.Arrays;

/**
 * Minimisation: states are split into blocks until no two of a block can be told apart by what
 * follows.
 *
 * <p>What follows a state is one number, its key: the sum over all bytes of the byte's random
 * weight times the mixed number of the successor's block. States whose successors lie in the same
 * blocks have equal keys however their bytes are grouped; and when a block is split, the keys of
 * the states that lead into its smaller part change by a sum, so that nothing else need be looked
 * at. As with Hopcroft's algorithm a state is in a smaller part log n times at most. That makes m
 * log n for m successors, also for the long chains that literal paths are, and without a factor for
 * the number of bytes.
 *
 * <p>Unequal states can have equal keys once in 2^64 pairs; so the result is checked, state by
 * state.
 */
public final class Minimizer {
    private final Rows rows;
    private final Dfa dfa;
    private final Sources sources;
    private final Partition blocks;

    /** By state. */
    private final long[] key;

    /** By block: the key of all its members that have not been touched since. */
    private final long[] keyOfBlock;

    private final boolean[] isTouched;
    private IntList touched = new IntList();

    private Minimizer(Dfa dfa) {
        this.dfa = dfa;
        rows = dfa.rows();
        sources = new Sources(rows);
        blocks = new Partition(dfa.label());
        key = new long[dfa.states()];
        keyOfBlock = new long[dfa.states()];
        isTouched = new boolean[dfa.states()];
    }

    /** The smallest automaton with the same answers. States that cannot be reached may remain. */
    public static Dfa run(Dfa dfa) {
        return new Minimizer(dfa).run();
    }

    private Dfa run() {
        for (int state = 0; state < key.length; state++) {
            Split split = rows.split(state);
            for (int group = 0; group < split.groups(); group++) {
                key[state] +=
                        split.weight(group) * mixed(blocks.blockOf(rows.target(state, group)));
            }
            touch(state);
        }
        for (int block = 0; block < blocks.count(); block++) {
            keyOfBlock[block] = key[blocks.member(block, 0)];
        }
        while (touched.size() > 0) {
            refine();
        }
        return quotient();
    }

    /** Splits off whatever has got another key than the rest of its block. */
    private void refine() {
        IntList changed = touched;
        touched = new IntList();
        KeyGroups groups = new KeyGroups(changed.size());
        for (int i = 0; i < changed.size(); i++) {
            int state = changed.get(i);
            isTouched[state] = false;
            int block = blocks.blockOf(state);
            if (key[state] != keyOfBlock[block]) {
                groups.add(state, block, key[state]);
            }
        }
        for (int group = 0; group < groups.count(); group++) {
            int last = groups.last(group);
            for (int i = last; i >= 0; i = groups.before(i)) {
                blocks.mark(groups.state(i));
            }
            split(groups.state(last), groups.key(last));
        }
    }

    /** Parts the marked members of a block, of which this is one, and which have this key. */
    private void split(int marked, long keyOfMarked) {
        int block = blocks.blockOf(marked);
        long keyOfRest = keyOfBlock[block];
        int fresh = blocks.split(block);
        if (fresh < 0) {
            keyOfBlock[block] = keyOfMarked;
            return;
        }
        int blockOfMarked = blocks.blockOf(marked);
        keyOfBlock[blockOfMarked] = keyOfMarked;
        keyOfBlock[blockOfMarked == fresh ? block : fresh] = keyOfRest;
        long difference = mixed(fresh) - mixed(block);
        for (int i = 0; i < blocks.size(fresh); i++) {
            int moved = blocks.member(fresh, i);
            for (int edge = sources.first(moved); edge < sources.first(moved + 1); edge++) {
                int state = sources.state(edge);
                key[state] += sources.weight(edge) * difference;
                touch(state);
            }
        }
    }

    private void touch(int state) {
        if (!isTouched[state]) {
            isTouched[state] = true;
            touched.add(state);
        }
    }

    /** The finaliser of SplitMix64: neighbouring numbers become unlike ones. */
    private static long mixed(int block) {
        long z = (block + 1L) * 0x9e3779b97f4a7c15L;
        z = (z ^ z >>> 30) * 0xbf58476d1ce4e5b9L;
        z = (z ^ z >>> 27) * 0x94d049bb133111ebL;
        return z ^ z >>> 31;
    }

    private Dfa quotient() {
        int count = blocks.count();
        Rows merged = new Rows();
        int[] label = new int[count];
        int[] starts = dfa.starts().clone();
        for (int block = 0; block < count; block++) {
            int member = blocks.member(block, 0);
            Split split = rows.split(member);
            int[] successors = successors(member);
            for (int i = 1; i < blocks.size(block); i++) {
                check(split, successors, blocks.member(block, i));
            }
            label[block] = dfa.label()[member];
            merged.add(split, successors);
        }
        for (int i = 0; i < starts.length; i++) {
            starts[i] = blocks.blockOf(starts[i]);
        }
        return new Dfa(merged, label, starts);
    }

    /** The blocks into which each group of a state's row leads. */
    private int[] successors(int state) {
        int[] successors = new int[rows.split(state).groups()];
        for (int group = 0; group < successors.length; group++) {
            successors[group] = blocks.blockOf(rows.target(state, group));
        }
        return successors;
    }

    /** States of one block lead into the same blocks. */
    private void check(Split split, int[] successors, int other) {
        Split splitOfOther = rows.split(other);
        int[] successorsOfOther = successors(other);
        if (split.equals(splitOfOther)) {
            check(Arrays.equals(successors, successorsOfOther));
        } else {
            for (int value = 0; value < 256; value++) {
                check(
                        successors[split.group(value)]
                                == successorsOfOther[splitOfOther.group(value)]);
            }
        }
    }

    private static void check(boolean isAlike) {
        if (!isAlike) {
            throw new IllegalStateException("two states with one key that are unlike");
        }
    }
}
