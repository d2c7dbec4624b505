// SPDX-License-Identifier: Apache-2.0
package dev.portcullis.policy.automaton;

import java.util.Comparator;
import java.util.List;
import java.util.Map;

/** Picks the tags to name when something grew too large. */
final class Blame {
    private static final int NAMED = 3;

    private Blame() {}

    /** The tags with the highest counts, the highest first, equal ones in their own order. */
    static List<Integer> most(Map<Integer, Integer> counts) {
        return counts.entrySet().stream()
                .filter(entry -> entry.getKey() >= 0)
                .sorted(
                        Comparator.comparing(
                                        (Map.Entry<Integer, Integer> entry) -> entry.getValue())
                                .reversed()
                                .thenComparing(Map.Entry::getKey))
                .limit(NAMED)
                .map(Map.Entry::getKey)
                .toList();
    }
}
