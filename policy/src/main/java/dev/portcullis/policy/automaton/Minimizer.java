// SPDX-License-Identifier: Apache-2.0
package dev.portcullis.policy.automaton;

import java.util.Arrays;

/**
 * Hopcroft's minimisation: states are split into blocks until no two of a block can be told apart
 * by what follows. It takes time n log n for each byte class, also for the long chains that literal
 * paths are, where splitting in rounds would take n squared.
 */
public final class Minimizer {
    private final Dfa dfa;
    private final int states;
    private final int classes;
    private final Partition blocks;
    private final int[] sources;
    private final int[] sourcesFrom;
    private final boolean[] waiting;
    private final IntList work = new IntList();

    private Minimizer(Dfa dfa) {
        this.dfa = dfa;
        states = dfa.states();
        classes = dfa.classes();
        blocks = new Partition(dfa.label());
        waiting = new boolean[states * classes];
        sourcesFrom = new int[states * classes + 1];
        sources = new int[states * classes];
        sortSources();
    }

    /** The smallest automaton with the same answers. States that cannot be reached may remain. */
    public static Dfa run(Dfa dfa) {
        return new Minimizer(dfa).run();
    }

    private Dfa run() {
        for (int block = 0; block < blocks.count(); block++) {
            for (int c = 0; c < classes; c++) {
                wait(block, c);
            }
        }
        IntList parents = new IntList();
        while (work.size() > 0) {
            int item = work.removeLast();
            waiting[item] = false;
            markSources(item / classes, item % classes);
            int firstNew = blocks.count();
            parents.clear();
            blocks.split(parents);
            for (int i = 0; i < parents.size(); i++) {
                enqueue(parents.get(i), firstNew + i);
            }
        }
        return quotient();
    }

    /** One of the two halves is enough, unless the whole is still waiting. */
    private void enqueue(int old, int split) {
        int smaller = blocks.size(split) <= blocks.size(old) ? split : old;
        for (int c = 0; c < classes; c++) {
            wait(waiting[old * classes + c] ? split : smaller, c);
        }
    }

    private void wait(int block, int c) {
        int item = block * classes + c;
        if (!waiting[item]) {
            waiting[item] = true;
            work.add(item);
        }
    }

    private void markSources(int block, int c) {
        // Marking moves members within their block, so the block is read out first.
        int[] members = new int[blocks.size(block)];
        Arrays.setAll(members, position -> blocks.member(block, position));
        for (int member : members) {
            int cell = c * states + member;
            for (int i = sourcesFrom[cell]; i < sourcesFrom[cell + 1]; i++) {
                blocks.mark(sources[i]);
            }
        }
    }

    /** Counting sort of all transitions by class and target. */
    private void sortSources() {
        for (int state = 0; state < states; state++) {
            for (int c = 0; c < classes; c++) {
                sourcesFrom[c * states + dfa.next()[state * classes + c] + 1]++;
            }
        }
        for (int cell = 0; cell < sources.length; cell++) {
            sourcesFrom[cell + 1] += sourcesFrom[cell];
        }
        int[] free = Arrays.copyOf(sourcesFrom, sources.length);
        for (int state = 0; state < states; state++) {
            for (int c = 0; c < classes; c++) {
                sources[free[c * states + dfa.next()[state * classes + c]]++] = state;
            }
        }
    }

    private Dfa quotient() {
        int count = blocks.count();
        int[] next = new int[count * classes];
        int[] label = new int[count];
        for (int block = 0; block < count; block++) {
            int member = blocks.member(block, 0);
            label[block] = dfa.label()[member];
            for (int c = 0; c < classes; c++) {
                next[block * classes + c] = blocks.blockOf(dfa.next()[member * classes + c]);
            }
        }
        int[] starts = Arrays.stream(dfa.starts()).map(blocks::blockOf).toArray();
        return new Dfa(dfa.classOf(), classes, next, label, starts);
    }
}
