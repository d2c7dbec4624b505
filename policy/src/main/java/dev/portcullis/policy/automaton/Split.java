// SPDX-License-Identifier: Apache-2.0
package dev.portcullis.policy.automaton;

import java.util.Arrays;
import java.util.SplittableRandom;

/**
 * A split of the 256 byte values into groups, numbered by their smallest member. Thousands of
 * states have few different splits, so states share them.
 */
public final class Split {
    private static final long[] WEIGHT_OF_BYTE = new SplittableRandom(0).longs(256).toArray();

    private final byte[] groupOf;
    private final int[] smallest;
    private final long[] weight;
    private final int hash;

    private Split(byte[] groupOf, int[] smallest) {
        this.groupOf = groupOf;
        this.smallest = smallest;
        weight = new long[smallest.length];
        for (int value = 0; value < groupOf.length; value++) {
            weight[groupOf[value] & 0xff] += WEIGHT_OF_BYTE[value];
        }
        hash = Arrays.hashCode(groupOf);
    }

    /** One group of all bytes, that sets and other splits are then told apart in. */
    static final Split NONE = of(new int[256]);

    /**
     * A split by names of groups that need not be numbered in any order.
     *
     * @param nameOf name, 0 to 255, of each byte value's group
     */
    static Split of(int[] nameOf) {
        int[] numbers = new int[256];
        Arrays.fill(numbers, -1);
        int[] smallest = new int[256];
        byte[] groupOf = new byte[256];
        int groups = 0;
        for (int value = 0; value < groupOf.length; value++) {
            int name = nameOf[value];
            if (numbers[name] < 0) {
                numbers[name] = groups;
                smallest[groups++] = value;
            }
            groupOf[value] = (byte) numbers[name];
        }
        return new Split(groupOf, Arrays.copyOf(smallest, groups));
    }

    /** How many groups there are. */
    public int groups() {
        return smallest.length;
    }

    /** The group of a byte value, 0 to 255. */
    public int group(int value) {
        return groupOf[value] & 0xff;
    }

    /** The smallest byte value of a group. */
    public int smallest(int group) {
        return smallest[group];
    }

    /** The sum of fixed random weights of a group's members; of all members of several, the sum. */
    long weight(int group) {
        return weight[group];
    }

    /** Two groups: the bytes that are in a set, and the others. */
    static Split of(ByteSet set) {
        int[] nameOf = new int[256];
        Arrays.setAll(nameOf, value -> set.contains(value) ? 1 : 0);
        return of(nameOf);
    }

    /** The same with groups joined that are given the same name. */
    Split join(int[] nameOfGroup) {
        int[] nameOf = new int[256];
        Arrays.setAll(nameOf, value -> nameOfGroup[group(value)]);
        return of(nameOf);
    }

    /** The coarsest split that is finer than both. */
    public Split refine(Split other) {
        int[] namePlusOne = new int[groups() * other.groups()];
        int[] nameOf = new int[256];
        int names = 0;
        for (int value = 0; value < nameOf.length; value++) {
            int both = group(value) * other.groups() + other.group(value);
            if (namePlusOne[both] == 0) {
                namePlusOne[both] = ++names;
            }
            nameOf[value] = namePlusOne[both] - 1;
        }
        return of(nameOf);
    }

    @Override
    public int hashCode() {
        return hash;
    }

    @Override
    public boolean equals(Object other) {
        return this == other
                || other instanceof Split that
                        && hash == that.hash
                        && Arrays.equals(groupOf, that.groupOf);
    }
}
