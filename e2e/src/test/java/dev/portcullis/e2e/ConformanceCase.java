// SPDX-License-Identifier: Apache-2.0
package dev.portcullis.e2e;

import dev.portcullis.event.v1alpha1.Event;
import dev.portcullis.event.v1alpha1.Peer;
import dev.portcullis.event.v1alpha1.Verdict;
import java.util.List;
import java.util.Optional;

/**
 * One line of the table, as its head explains it.
 *
 * @param line its number, from 1
 * @param hook the kernel's hook that the line is about
 * @param policies names of the policies that hold together, joined by {@code +}
 * @param operations of {@code attempt}; all but the last set the scene and succeed
 * @param answer what the last one gets in mode Enforce
 * @param freely what it gets where nothing is refused
 * @param verdict of the event in mode Enforce; none where nobody is told
 * @param rule the deciding rule, {@code POLICY:FIELD}; empty without a verdict
 * @param event operation and target, as {@link #told} spells them; empty without a verdict
 * @param effects of the last operation if it is not refused
 */
record ConformanceCase(
        int line,
        String hook,
        String policies,
        List<String> operations,
        String answer,
        String freely,
        Optional<Verdict> verdict,
        String rule,
        String event,
        List<String> effects) {

    /** By which name the kernel tells of this case's tasks. */
    String name() {
        return name(line);
    }

    static String name(int line) {
        return "case" + line;
    }

    boolean isRefusal() {
        return verdict.filter(v -> v == Verdict.BLOCKED || v == Verdict.KILLED).isPresent();
    }

    /** What the answer is in a mode. */
    String answerIn(ConformanceMode mode) {
        return mode == ConformanceMode.AS_WRITTEN ? answer : freely;
    }

    /** What an event says in a mode. */
    Optional<Verdict> verdictIn(ConformanceMode mode) {
        return switch (mode) {
            case AS_WRITTEN -> verdict;
            case ALL_AUDIT -> verdict.map(ConformanceCase::watched);
            case FREE -> Optional.empty();
        };
    }

    private static Verdict watched(Verdict enforced) {
        return switch (enforced) {
            case BLOCKED -> Verdict.WOULD_BLOCK;
            case KILLED -> Verdict.WOULD_KILL;
            default -> enforced;
        };
    }

    /** The rule of an event as the table spells it. */
    static String rule(Event event) {
        return event.getRule().getPolicy()
                + ":"
                + event.getRule().getField().replaceFirst("^spec\\.", "");
    }

    /** Operation and target of an event as the table spells them. */
    static String told(Event event) {
        return event.getOperation() + " " + target(event);
    }

    private static String target(Event event) {
        if (event.getUnresolved()) {
            return "unresolved";
        }
        if (event.hasPeer()) {
            Peer peer = event.getPeer();
            return "%s %d %s".formatted(peer.getAddress(), peer.getPort(), peer.getProtocol());
        }
        // A process is N: nobody knows its number beforehand.
        return event.getPath().isEmpty()
                ? event.getName()
                : event.getPath().replaceAll("(?<=^/proc|^/proc/\\d{1,9}/task)/\\d+", "/N");
    }

    @Override
    public String toString() {
        return "line %d, %s: %s, %s, %s"
                .formatted(line, hook, policies, String.join(" ", operations), answer);
    }
}
