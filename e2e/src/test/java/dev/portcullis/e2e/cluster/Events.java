// SPDX-License-Identifier: Apache-2.0
package dev.portcullis.e2e.cluster;

import com.google.protobuf.InvalidProtocolBufferException;
import com.google.protobuf.util.JsonFormat;
import dev.portcullis.event.v1alpha1.Event;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;

/** What the enforcer told on its standard output. */
final class Events {
    private Events() {}

    /** The events of a namespace's containers, since the enforcer's container started. */
    static List<Event> of(String namespace) {
        String log =
                Cluster.client()
                        .pods()
                        .inNamespace(Cluster.PORTCULLIS)
                        .withName(Cluster.enforcer().getMetadata().getName())
                        .getLog();
        return log.lines()
                .filter(line -> line.startsWith("{"))
                .flatMap(line -> parse(line).stream())
                .filter(event -> event.getContainer().getNamespace().equals(namespace))
                .toList();
    }

    /** Those of pods whose names begin so, as soon as there are so many. */
    static List<Event> await(String namespace, String prefix, int count) {
        return Await.until(
                "%d events of %s/%s".formatted(count, namespace, prefix),
                () -> of(namespace, prefix).toList(),
                events -> events.size() >= count);
    }

    private static Stream<Event> of(String namespace, String prefix) {
        return of(namespace).stream()
                .filter(event -> event.getContainer().getPod().startsWith(prefix));
    }

    /** A line that is no event is somebody else's, such as the JVM's. */
    private static Optional<Event> parse(String line) {
        try {
            Event.Builder event = Event.newBuilder();
            JsonFormat.parser().ignoringUnknownFields().merge(line, event);
            return Optional.of(event.build());
        } catch (InvalidProtocolBufferException e) {
            return Optional.empty();
        }
    }
}
