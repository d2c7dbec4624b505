// SPDX-License-Identifier: Apache-2.0
package dev.portcullis.e2e;

import static org.assertj.core.api.Assertions.assertThat;

import dev.portcullis.event.v1alpha1.Event;
import dev.portcullis.event.v1alpha1.Operation;
import java.io.IOException;
import java.net.StandardProtocolFamily;
import java.net.UnixDomainSocketAddress;
import java.nio.channels.ServerSocketChannel;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/** Unix sockets that have a path: connecting and sending to one is writing to it. */
@KernelTest
class UnixSocketTest {
    @RegisterExtension static final Agent AGENT = new Agent();

    private static final String RULE = "spec.file.rules[0]";

    private final Workspace work = Workspace.create();
    private final Path reader = work.program("reader");
    private final Path socket = work.path("d/socket");

    UnixSocketTest() {
        work.directory("d");
    }

    private Trial readOnly(Object path, String more) {
        return AGENT.trial(
                "file: {rules: [{action: Block, paths: ['%s'], access: [Write]%s}]}"
                        .formatted(path, more));
    }

    /** The host's sockets are another mount namespace's: a container sees them by its own name. */
    @Test
    void connectingToTheHostsSocketIsWriting() throws IOException {
        try (ServerSocketChannel server = ServerSocketChannel.open(StandardProtocolFamily.UNIX)) {
            server.bind(UnixDomainSocketAddress.of(socket));
            Event event = readOnly(socket, "").refuses(RULE, "unix:" + socket).getFirst();
            assertThat(event.getOperation()).isEqualTo(Operation.CONNECT);
            assertThat(event.getPath()).isEqualTo(socket.toString());
            assertThat(event.getUnresolved()).isFalse();
            readOnly(socket + "x", "").allows("unix:" + socket);
            AGENT.trial(
                            "file: {rules: [{action: Block, paths: ['%s'], access: [Read]}]}"
                                    .formatted(socket))
                    .allows("unix:" + socket);
        }
    }

    @Test
    void theSocketCountsAndNotTheLinkToIt() throws IOException {
        try (ServerSocketChannel server = ServerSocketChannel.open(StandardProtocolFamily.UNIX)) {
            server.bind(UnixDomainSocketAddress.of(socket));
            Path link = work.path("link");
            readOnly(socket, "")
                    .before(() -> work.delete("link"))
                    .refuses(RULE, "+symlink:%s,%s".formatted(socket, link), "unix:" + link);
            readOnly(link, "").before(() -> {}).allows("unix:" + link);
        }
    }

    @Test
    void socketsOfTheSameContainer() {
        String from = ", from: ['%s']".formatted(reader);
        for (List<String> kind :
                List.of(List.of("stream", "unix:"), List.of("dgram", "unixsend:"))) {
            Trial bound = readOnly(socket, from).before(() -> work.delete("d/socket"));
            List<Event> events =
                    bound.refuses(
                            RULE,
                            "+unixbind:%s,%s".formatted(kind.getFirst(), socket),
                            "+" + kind.getLast() + socket,
                            "+become:" + reader,
                            kind.getLast() + socket);
            assertThat(events).allMatch(event -> event.getPath().equals(socket.toString()));
            readOnly(work.path("d/other"), from)
                    .before(() -> work.delete("d/socket"))
                    .allows(
                            "unixbind:%s,%s".formatted(kind.getFirst(), socket),
                            "become:" + reader,
                            kind.getLast() + socket);
        }
    }

    @Test
    void socketsWithoutAPathAreNobodysFile() {
        readOnly("/**", "").allows("socketpair");
    }
}
