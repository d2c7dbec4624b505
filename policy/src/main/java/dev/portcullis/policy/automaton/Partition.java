// SPDX-License-Identifier: Apache-2.0
package dev.portcullis.policy.automaton;

import java.util.Arrays;

/**
 * A partition of the numbers 0 to n-1 into blocks that can be split by marking members. The members
 * of a block are neighbours in one array, its marked ones first, so that a split costs only as much
 * as the smaller part.
 */
final class Partition {
    private final int[] elements;
    private final int[] positionOf;
    private final int[] blockOf;
    private final int[] first;
    private final int[] end;
    private final int[] marked;
    private int count;

    /** Puts numbers with equal labels into one block. */
    Partition(int[] label) {
        int n = label.length;
        elements = new int[n];
        positionOf = new int[n];
        blockOf = new int[n];
        first = new int[n];
        end = new int[n];
        marked = new int[n];
        long[] byLabel = new long[n];
        for (int i = 0; i < n; i++) {
            byLabel[i] = (long) label[i] << 32 | i;
        }
        Arrays.sort(byLabel);
        for (int i = 0; i < n; i++) {
            int element = (int) byLabel[i];
            if (i == 0 || byLabel[i] >> 32 != byLabel[i - 1] >> 32) {
                first[count] = i;
                count++;
            }
            elements[i] = element;
            positionOf[element] = i;
            blockOf[element] = count - 1;
            end[count - 1] = i + 1;
        }
    }

    int count() {
        return count;
    }

    int blockOf(int element) {
        return blockOf[element];
    }

    int size(int block) {
        return end[block] - first[block];
    }

    /** The member of a block at a position from 0 to its size - 1; a split changes positions. */
    int member(int block, int position) {
        return elements[first[block] + position];
    }

    /** Marks a member of its block; marking twice is marking once. */
    void mark(int element) {
        int block = blockOf[element];
        int position = positionOf[element];
        int border = first[block] + marked[block];
        if (position < border) {
            return;
        }
        int other = elements[border];
        elements[border] = element;
        positionOf[element] = border;
        elements[position] = other;
        positionOf[other] = position;
        marked[block]++;
    }

    /**
     * Parts the marked members of a block from the others and forgets the marks. The smaller part,
     * of equal ones the marked, becomes a new block with the number {@link #count()} had.
     *
     * @return the new block, or -1 if all members were marked
     */
    int split(int block) {
        int border = first[block] + marked[block];
        boolean markedMove = 2 * marked[block] <= size(block);
        marked[block] = 0;
        if (border == end[block]) {
            return -1;
        }
        int fresh = count++;
        if (markedMove) {
            first[fresh] = first[block];
            end[fresh] = border;
            first[block] = border;
        } else {
            first[fresh] = border;
            end[fresh] = end[block];
            end[block] = border;
        }
        for (int position = first[fresh]; position < end[fresh]; position++) {
            blockOf[elements[position]] = fresh;
        }
        return fresh;
    }
}
