// SPDX-License-Identifier: Apache-2.0
package dev.portcullis.policy.lint;

import java.util.Set;
import java.util.SortedSet;
import java.util.TreeSet;

/**
 * Whether a pattern has an effect, and who takes it away.
 *
 * @param isIdle whether it has none
 * @param rules indices of the rules and defaults that decide without it what it decides
 * @param patterns indices of patterns of its own rule that match what it matches
 * @param nobody whether there are operations of which nothing speaks without it
 */
record Idle(boolean isIdle, SortedSet<Integer> rules, SortedSet<Integer> patterns, boolean nobody) {
    /** It has an effect. */
    static final Idle BUSY = new Idle(false, new TreeSet<>(), new TreeSet<>(), false);

    /** No operation is matched. */
    static final Idle DEAD = new Idle(true, new TreeSet<>(), new TreeSet<>(), false);

    /** There is nothing to decide otherwise where it matches. */
    static final Idle NEEDLESS = new Idle(true, new TreeSet<>(), new TreeSet<>(), true);

    /** A rule or default decides the same. */
    static Idle coveredByRule(int rule) {
        return new Idle(true, new TreeSet<>(Set.of(rule)), new TreeSet<>(), false);
    }

    /** Another pattern of its rule matches too. */
    static Idle coveredBy(int pattern) {
        return new Idle(true, new TreeSet<>(), new TreeSet<>(Set.of(pattern)), false);
    }

    /** All that takes the effect away from one or the other. */
    Idle and(Idle other) {
        return new Idle(
                true,
                union(rules, other.rules),
                union(patterns, other.patterns),
                nobody || other.nobody);
    }

    Idle withoutPatterns() {
        return new Idle(isIdle, rules, new TreeSet<>(), nobody);
    }

    boolean matchesNothing() {
        return isIdle && rules.isEmpty() && patterns.isEmpty() && !nobody;
    }

    private static SortedSet<Integer> union(Set<Integer> one, Set<Integer> other) {
        SortedSet<Integer> both = new TreeSet<>(one);
        both.addAll(other);
        return both;
    }
}
