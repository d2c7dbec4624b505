// SPDX-License-Identifier: Apache-2.0
package dev.portcullis.enforcer.kernel;

import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.TreeMap;

/**
 * Hands out stretches of an array of fixed size: first fit, with neighbouring free stretches
 * joined. Not safe for use by several threads.
 */
public final class RegionAllocator {
    private final TreeMap<Integer, Integer> free = new TreeMap<>(); // length by start
    private final int first;
    private final int limit;
    private int available;

    /**
     * @param begin first element that may be handed out
     * @param end one past the last
     */
    public RegionAllocator(int begin, int end) {
        if (begin < 0 || end <= begin) {
            throw new IllegalArgumentException("[" + begin + ", " + end + ")");
        }
        first = begin;
        limit = end;
        free.put(begin, end - begin);
        available = end - begin;
    }

    /** Elements not handed out, in one stretch or many. */
    public int available() {
        return available;
    }

    /**
     * Takes a stretch.
     *
     * @return where it begins, or empty if no free stretch is that long
     */
    public OptionalInt allocate(int length) {
        if (length <= 0) {
            throw new IllegalArgumentException("length " + length);
        }
        Optional<Map.Entry<Integer, Integer>> fit =
                free.entrySet().stream()
                        .filter(stretch -> stretch.getValue() >= length)
                        .findFirst();
        if (fit.isEmpty()) {
            return OptionalInt.empty();
        }
        int begin = fit.get().getKey();
        int rest = fit.get().getValue() - length;
        free.remove(begin);
        if (rest > 0) {
            free.put(begin + length, rest);
        }
        available -= length;
        return OptionalInt.of(begin);
    }

    /**
     * Takes a stretch at a given place.
     *
     * @throws IllegalStateException if some of it is taken already; nothing has changed then
     */
    public void reserve(int begin, int length) {
        Map.Entry<Integer, Integer> stretch = free.floorEntry(begin);
        if (length <= 0
                || stretch == null
                || begin + (long) length > (long) stretch.getKey() + stretch.getValue()) {
            throw new IllegalStateException(
                    "[" + begin + ", " + ((long) begin + length) + ") is not free");
        }
        int from = stretch.getKey();
        int to = from + stretch.getValue();
        free.remove(from);
        if (begin > from) {
            free.put(from, begin - from);
        }
        if (begin + length < to) {
            free.put(begin + length, to - begin - length);
        }
        available -= length;
    }

    /**
     * Gives a stretch back, exactly as it was taken.
     *
     * @throws IllegalStateException if some of it is free already; nothing has changed then
     */
    public void release(int begin, int length) {
        if (length <= 0 || begin < first || length > limit - begin) {
            throw new IllegalArgumentException(
                    "length " + length + " at " + begin + ", of [" + first + ", " + limit + ")");
        }
        Map.Entry<Integer, Integer> before = free.floorEntry(begin);
        Map.Entry<Integer, Integer> after = free.ceilingEntry(begin);
        if (before != null && before.getKey() + before.getValue() > begin
                || after != null && begin + length > after.getKey()) {
            throw new IllegalStateException(
                    "[" + begin + ", " + (begin + length) + ") is free already");
        }
        available += length;
        int from = begin;
        int size = length;
        if (before != null && before.getKey() + before.getValue() == begin) {
            from = before.getKey();
            size += before.getValue();
            free.remove(from);
        }
        if (after != null && begin + length == after.getKey()) {
            size += after.getValue();
            free.remove(after.getKey());
        }
        free.put(from, size);
    }
}
