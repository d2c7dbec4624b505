// SPDX-License-Identifier: Apache-2.0
package dev.portcullis.policy.automaton;

/** An immutable set of byte values, 64 to a word. */
public record ByteSet(long a, long b, long c, long d) {
    /** No byte. */
    public static final ByteSet NONE = new ByteSet(0, 0, 0, 0);

    /** Every byte. */
    public static final ByteSet ALL = new ByteSet(-1, -1, -1, -1);

    /** The bytes {@code first} to {@code last}, both included, 0 to 255. */
    public static ByteSet range(int first, int last) {
        long[] words = new long[4];
        for (int value = first; value <= last; value++) {
            words[value >>> 6] |= 1L << value;
        }
        return new ByteSet(words[0], words[1], words[2], words[3]);
    }

    /** A single byte, 0 to 255. */
    public static ByteSet of(int value) {
        return range(value, value);
    }

    public boolean contains(int value) {
        long word =
                switch (value >>> 6) {
                    case 0 -> a;
                    case 1 -> b;
                    case 2 -> c;
                    default -> d;
                };
        return (word >>> value & 1) != 0;
    }

    public boolean isEmpty() {
        return equals(NONE);
    }

    public ByteSet union(ByteSet other) {
        return new ByteSet(a | other.a, b | other.b, c | other.c, d | other.d);
    }

    public ByteSet intersect(ByteSet other) {
        return new ByteSet(a & other.a, b & other.b, c & other.c, d & other.d);
    }

    public ByteSet minus(ByteSet other) {
        return new ByteSet(a & ~other.a, b & ~other.b, c & ~other.c, d & ~other.d);
    }
}
