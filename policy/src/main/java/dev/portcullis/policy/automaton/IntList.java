// SPDX-License-Identifier: Apache-2.0
package dev.portcullis.policy.automaton;

import java.util.Arrays;

/** A growing list of ints without boxes. */
final class IntList {
    private int[] values = new int[16];
    private int size;

    void add(int value) {
        if (size == values.length) {
            values = Arrays.copyOf(values, size * 2);
        }
        values[size++] = value;
    }

    void addAll(IntList other) {
        if (size + other.size > values.length) {
            values = Arrays.copyOf(values, Math.max(size + other.size, 2 * values.length));
        }
        System.arraycopy(other.values, 0, values, size, other.size);
        size += other.size;
    }

    int get(int index) {
        return values[index];
    }

    void set(int index, int value) {
        values[index] = value;
    }

    int removeLast() {
        return values[--size];
    }

    int size() {
        return size;
    }

    void clear() {
        size = 0;
    }

    /** Puts the values into ascending order. */
    void sort() {
        Arrays.sort(values, 0, size);
    }

    /** Puts the values into ascending order, each once. */
    void sortDistinct() {
        sort();
        int kept = Math.min(1, size);
        for (int i = 1; i < size; i++) {
            if (values[i] != values[i - 1]) {
                values[kept++] = values[i];
            }
        }
        size = kept;
    }

    /** A hash of the values whose lower bits are spread. */
    int hash() {
        int h = size;
        for (int i = 0; i < size; i++) {
            h = (h ^ values[i]) * 0x9e3779b9;
            h ^= h >>> 15;
        }
        return h;
    }

    int[] toArray() {
        return Arrays.copyOf(values, size);
    }
}
