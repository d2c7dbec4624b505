// SPDX-License-Identifier: Apache-2.0
package dev.portcullis.policy.diff;

import dev.portcullis.policy.PolicyTooComplexException;
import dev.portcullis.policy.compile.AskedDfa;
import dev.portcullis.policy.ruleset.QuestionKind;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashSet;
import java.util.List;
import java.util.Set;

/**
 * Two automata that read the same question side by side. Each pair of states in which they can be
 * is visited once, first by the shortest question that leads there, and among those by the best in
 * {@link ByteOrder}.
 */
final class Product {
    private static final int MAX_PAIRS = 2_000_000;

    private final AskedDfa before;
    private final AskedDfa now;
    private final ByteOrder order;
    private final Set<Long> seen = new HashSet<>();
    private List<Pair> level = new ArrayList<>();

    /** A pair of states, and the best of the shortest questions that lead there. */
    @SuppressWarnings("ArrayRecordComponent") // not compared
    record Pair(int before, int now, byte[] question) {}

    /** Looks at a pair of states in which the question can end. */
    interface Visitor {
        void visit(Pair pair);
    }

    private Product(QuestionKind kind, AskedDfa before, AskedDfa now) {
        this.before = before;
        this.now = now;
        order = new ByteOrder(kind, before.classes().refine(now.classes()));
    }

    /**
     * Visits all pairs.
     *
     * @throws PolicyTooComplexException if there are too many
     */
    static void walk(QuestionKind kind, AskedDfa before, AskedDfa now, Visitor visitor)
            throws PolicyTooComplexException {
        new Product(kind, before, now).walk(visitor);
    }

    private void walk(Visitor visitor) throws PolicyTooComplexException {
        level.add(new Pair(before.start(), now.start(), new byte[0]));
        while (!level.isEmpty()) {
            List<Pair> pairs = level;
            level = new ArrayList<>();
            for (Pair pair : pairs) {
                if (before.isPossible(pair.before())) {
                    visitor.visit(pair);
                }
                for (int value : order.behind(pair.question())) {
                    reach(
                            before.step(pair.before(), value),
                            now.step(pair.now(), value),
                            pair.question(),
                            value);
                }
            }
        }
    }

    /** Whether a path is that of the root: the shortest of all, but nobody thinks of it. */
    static boolean isRoot(byte[] path) {
        return path.length == 1 && path[0] == '/';
    }

    /** What is possible does not depend on the policies, so it is enough to ask one side. */
    private void reach(int one, int other, byte[] question, int value)
            throws PolicyTooComplexException {
        if (before.isDead(one) || !seen.add((long) one << 32 | other)) {
            return;
        }
        if (seen.size() > MAX_PAIRS) {
            throw new PolicyTooComplexException(
                    "to compare them takes more than " + MAX_PAIRS + " pairs of states", List.of());
        }
        byte[] longer = Arrays.copyOf(question, question.length + 1);
        longer[question.length] = (byte) value;
        level.add(new Pair(one, other, longer));
    }
}
