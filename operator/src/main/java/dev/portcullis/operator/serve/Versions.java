// SPDX-License-Identifier: Apache-2.0
package dev.portcullis.operator.serve;

import java.util.concurrent.atomic.AtomicLong;

/**
 * Versions that only ever rise, across operators too, with nothing kept: the wall clock at the
 * start in milliseconds, shifted by 20 bits, and counted up from there. That leaves room for a
 * million versions a millisecond, and for clocks until the year 2248. Where a clock went back, what
 * the node says in its Hello lifts its stream above (see {@link NodeProtocol}).
 */
public final class Versions {
    private static final int COUNTER_BITS = 20;

    private final AtomicLong last;

    /**
     * Begins above all that an operator started before has given out.
     *
     * @param epochMillis now
     */
    public Versions(long epochMillis) {
        last = new AtomicLong(epochMillis << COUNTER_BITS);
    }

    /** A version above all before, and above this one, for which it must not be the last of all. */
    long above(long other) {
        return Math.max(last.incrementAndGet(), Math.incrementExact(other));
    }
}
