// SPDX-License-Identifier: Apache-2.0
package dev.portcullis.enforcer.event;

import dev.portcullis.enforcer.ffi.LibC;
import dev.portcullis.event.v1alpha1.Event;
import java.time.Instant;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.Consumer;

/**
 * The thread that reads events. A platform thread: it waits inside native calls, which would pin a
 * virtual thread's carrier.
 */
public final class EventReader implements AutoCloseable {
    private static final System.Logger LOG = System.getLogger(EventReader.class.getName());

    /** How long it takes at most to notice that it shall stop, in milliseconds. */
    private static final int WAIT = 100;

    private final RingBuffer buffer;
    private final EventDecoder decoder;
    private final Consumer<Event> consumer;
    private final Runnable onHeld;
    private final Thread thread;
    private final AtomicBoolean stopping = new AtomicBoolean();
    private final AtomicLong failed = new AtomicLong();

    /**
     * @param consumer gets every event, on the reader's thread; should it throw, that event is
     *     counted as failed, and the first such is logged
     * @param onHeld is run, on the reader's thread, when the kernel says that it holds a task
     */
    public EventReader(
            RingBuffer buffer, EventDecoder decoder, Consumer<Event> consumer, Runnable onHeld) {
        this.buffer = buffer;
        this.decoder = decoder;
        this.consumer = consumer;
        this.onHeld = onHeld;
        thread = Thread.ofPlatform().name("events").daemon(true).unstarted(this::run);
    }

    public void start() {
        thread.start();
    }

    /** Events that could not be decoded or delivered. */
    public long failed() {
        return failed.get();
    }

    private void run() {
        boolean last = false;
        while (true) {
            // What was written before close() is delivered: look once more after the flag was seen.
            last = stopping.get();
            if (!last) {
                buffer.await(WAIT);
            }
            long bootEpoch = bootEpoch();
            buffer.drain(segment -> {
                try {
                    if (EventDecoder.isNotice(segment)) {
                        onHeld.run();
                    } else {
                        consumer.accept(decoder.decode(segment, bootEpoch));
                    }
                } catch (RuntimeException e) {
                    if (failed.incrementAndGet() == 1) {
                        LOG.log(
                                System.Logger.Level.ERROR,
                                "an event could not be delivered; further ones are only counted",
                                e);
                    }
                }
            });
            if (last) {
                return;
            }
        }
    }

    private static long bootEpoch() {
        Instant now = Instant.now();
        return now.getEpochSecond() * 1_000_000_000L + now.getNano() - LibC.bootTime();
    }

    /** Delivers what the kernel has written so far, then ends the thread. */
    @Override
    public void close() {
        stopping.set(true);
        if (thread.getState() == Thread.State.NEW) {
            return;
        }
        boolean interrupted = false;
        while (thread.isAlive()) {
            try {
                thread.join();
            } catch (InterruptedException e) {
                interrupted = true;
            }
        }
        if (interrupted) {
            Thread.currentThread().interrupt();
        }
    }
}
