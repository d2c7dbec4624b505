// SPDX-License-Identifier: Apache-2.0
package dev.portcullis.e2e;

import dev.portcullis.event.v1alpha1.Event;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Consumer;

/** The events that an agent told. */
final class EventLog implements Consumer<Event> {
    private static final long BOUND_MILLISECONDS = 60_000;

    /** As many of a scope as are kept: some tests flood. */
    private static final int KEPT = 5000;

    private final Map<String, List<Event>> events = new HashMap<>();

    @Override
    public synchronized void accept(Event event) {
        List<Event> ofScope = of(event.getContainer().getName());
        if (ofScope.size() < KEPT) {
            ofScope.add(event);
        }
        notifyAll();
    }

    private List<Event> of(String scope) {
        return events.computeIfAbsent(scope, name -> new ArrayList<>());
    }

    /** The events of a scope once there are {@code count}; fewer if they do not come in time. */
    synchronized List<Event> await(String scope, long count) {
        long end = System.currentTimeMillis() + BOUND_MILLISECONDS;
        List<Event> found = of(scope);
        while (found.size() < count) {
            long left = end - System.currentTimeMillis();
            if (left <= 0) {
                break;
            }
            try {
                wait(left);
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
                break;
            }
        }
        return List.copyOf(found);
    }
}
