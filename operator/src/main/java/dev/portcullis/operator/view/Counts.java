// SPDX-License-Identifier: Apache-2.0
package dev.portcullis.operator.view;

/**
 * How often a policy decided.
 *
 * @param blocked operations refused
 * @param killed tasks killed, which were refused too
 * @param wouldBlock operations that would have been refused, had all policies been enforced
 */
public record Counts(long blocked, long killed, long wouldBlock) {
    /** Never. */
    public static final Counts ZERO = new Counts(0, 0, 0);

    public Counts plus(Counts other) {
        return new Counts(
                blocked + other.blocked, killed + other.killed, wouldBlock + other.wouldBlock);
    }

    /** The greater of both, count by count. */
    public Counts atLeast(Counts floor) {
        return new Counts(
                Math.max(blocked, floor.blocked),
                Math.max(killed, floor.killed),
                Math.max(wouldBlock, floor.wouldBlock));
    }
}
