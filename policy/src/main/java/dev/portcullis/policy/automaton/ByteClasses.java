// SPDX-License-Identifier: Apache-2.0
package dev.portcullis.policy.automaton;

import java.util.Arrays;
import java.util.HashMap;
import java.util.Map;

/** Partitions of the 256 byte values into classes, numbered by their smallest member. */
public final class ByteClasses {
    private ByteClasses() {}

    /** The coarsest partition that tells the given sets apart; class by byte. */
    public static int[] of(Iterable<ByteSet> sets) {
        int[] classOf = new int[256];
        for (ByteSet set : sets) {
            int[] member = new int[256];
            for (int value = 0; value < 256; value++) {
                member[value] = set.contains(value) ? 1 : 0;
            }
            classOf = refine(classOf, member);
        }
        return classOf;
    }

    /** The coarsest partition that is finer than both. */
    public static int[] refine(int[] one, int[] other) {
        Map<Long, Integer> numbers = new HashMap<>();
        int[] refined = new int[256];
        for (int value = 0; value < 256; value++) {
            long pair = (long) one[value] << 32 | other[value];
            Integer known = numbers.putIfAbsent(pair, numbers.size());
            refined[value] = known == null ? numbers.size() - 1 : known;
        }
        return refined;
    }

    /** How many classes there are. */
    public static int count(int[] classOf) {
        return Arrays.stream(classOf).max().orElse(0) + 1;
    }

    /** The smallest byte of each class. */
    public static int[] representatives(int[] classOf) {
        int[] bytes = new int[count(classOf)];
        for (int value = 255; value >= 0; value--) {
            bytes[classOf[value]] = value;
        }
        return bytes;
    }
}
