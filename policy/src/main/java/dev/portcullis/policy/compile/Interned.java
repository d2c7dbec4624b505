// SPDX-License-Identifier: Apache-2.0
package dev.portcullis.policy.compile;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/** Numbers for lists of ints, from 0 in the order of their first sight. */
final class Interned {
    private final Map<List<Integer>, Integer> numbers = new HashMap<>();
    private final List<int[]> values = new ArrayList<>();

    /** The number of a list, a new one if it has not been seen. */
    int number(int... value) {
        Integer known = numbers.putIfAbsent(Arrays.stream(value).boxed().toList(), values.size());
        if (known != null) {
            return known;
        }
        values.add(value.clone());
        return values.size() - 1;
    }

    /** One int of a numbered list. */
    int get(int number, int position) {
        return values.get(number)[position];
    }

    /** The lists, each under its number. */
    List<int[]> all() {
        return List.copyOf(values);
    }

    int size() {
        return values.size();
    }
}
