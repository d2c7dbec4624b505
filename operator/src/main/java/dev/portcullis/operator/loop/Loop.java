// SPDX-License-Identifier: Apache-2.0
package dev.portcullis.operator.loop;

import java.time.Duration;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * A thread that takes a turn whenever it has been woken, after a pause in which more can happen and
 * not more often than at some interval. A turn that throws is told of in the log and tried again.
 */
public final class Loop implements AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger(Loop.class);
    private static final Duration RETRY = Duration.ofSeconds(1);
    private static final Duration STOP = Duration.ofSeconds(5);

    private final Runnable turn;
    private final Duration pause;
    private final Duration interval;
    private final Thread thread;
    private final ReentrantLock lock = new ReentrantLock();
    private final Condition changed = lock.newCondition();
    private boolean asked;
    // The earliest moment that was asked for, as System.nanoTime counts.
    private long due;
    private boolean stopped;

    /**
     * A loop that is not started.
     *
     * @param name of the thread
     * @param pause between being woken and the turn
     * @param interval from the beginning of a turn to that of the next, at least
     */
    public Loop(String name, Duration pause, Duration interval, Runnable turn) {
        this.turn = turn;
        this.pause = pause;
        this.interval = interval;
        thread = Thread.ofPlatform().name(name).daemon().unstarted(this::run);
    }

    public void start() {
        thread.start();
    }

    /** Has a turn taken. */
    public void wake() {
        wakeIn(Duration.ZERO);
    }

    /** Has a turn taken after a while, or before if something else wakes the loop. */
    public void wakeIn(Duration delay) {
        // A century is for ever, and does not overflow.
        Duration wait =
                delay.compareTo(Duration.ofDays(36_500)) > 0 ? Duration.ofDays(36_500) : delay;
        long moment = System.nanoTime() + Math.max(0, wait.toNanos());
        lock.lock();
        try {
            if (!asked || moment - due < 0) {
                asked = true;
                due = moment;
                changed.signal();
            }
        } finally {
            lock.unlock();
        }
    }

    /** Stops after the turn that is being taken. */
    @Override
    public void close() {
        lock.lock();
        try {
            stopped = true;
            changed.signal();
        } finally {
            lock.unlock();
        }
        try {
            if (!thread.join(STOP)) {
                thread.interrupt();
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    private void run() {
        try {
            while (awaitTurn()) {
                long start = System.nanoTime();
                try {
                    turn.run();
                } catch (RuntimeException e) {
                    LOG.error("{}: trying again", thread.getName(), e);
                    wakeIn(RETRY);
                }
                rest(start + interval.toNanos() - System.nanoTime());
            }
        } catch (InterruptedException e) {
            LOG.debug("{}: interrupted", thread.getName());
        }
    }

    /** False when stopped. */
    private boolean awaitTurn() throws InterruptedException {
        lock.lock();
        try {
            long left = left();
            while (!stopped && left > 0) {
                changed.awaitNanos(left);
                left = left();
            }
        } finally {
            lock.unlock();
        }
        rest(pause.toNanos());
        lock.lock();
        try {
            asked = false;
            return !stopped;
        } finally {
            lock.unlock();
        }
    }

    /** Nanoseconds until the next turn. */
    private long left() {
        return asked ? due - System.nanoTime() : Long.MAX_VALUE;
    }

    /** Sleeps, but not through being stopped. */
    private void rest(long nanos) throws InterruptedException {
        long end = System.nanoTime() + nanos;
        lock.lock();
        try {
            while (!stopped && end - System.nanoTime() > 0) {
                changed.awaitNanos(end - System.nanoTime());
            }
        } finally {
            lock.unlock();
        }
    }
}
