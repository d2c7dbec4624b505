// SPDX-License-Identifier: Apache-2.0
package dev.portcullis.operator.serve;

import static dev.portcullis.operator.Fixtures.pod;
import static org.assertj.core.api.Assertions.assertThat;

import dev.portcullis.node.v1alpha1.Hello;
import dev.portcullis.operator.serve.TokenReviews.Bearer;
import dev.portcullis.operator.tls.Authority;
import dev.portcullis.operator.tls.MemoryAuthorityStore;
import dev.portcullis.policy.ruleset.RuleSetCodec;
import io.grpc.ChannelCredentials;
import io.grpc.Grpc;
import io.grpc.ManagedChannel;
import io.grpc.Status;
import io.grpc.TlsChannelCredentials;
import io.grpc.TlsServerCredentials;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.time.Clock;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** The real port, with a certificate of the authority. */
class NodeServerTest {
    private final NodeBoard board = new NodeBoard(() -> {});
    private final MemoryAuthorityStore store = new MemoryAuthorityStore();
    private NodeServer server;
    private ManagedChannel channel;

    @BeforeEach
    void start() throws IOException, GeneralSecurityException {
        Authority.Leaf leaf =
                Authority.in(store, Instant.now())
                        .issue(
                                List.of(
                                        "portcullis-operator",
                                        "portcullis-operator.portcullis.svc"),
                                Instant.now());
        server =
                new NodeServer(
                        0,
                        TlsServerCredentials.create(stream(leaf.chain()), stream(leaf.key())),
                        board,
                        new DistributionService(
                                board, new Versions(1), Clock.systemUTC(), () -> true),
                        new Authentication(
                                token ->
                                        token.equals("good")
                                                ? Optional.of(new Bearer("e", "a", "uid-a"))
                                                : Optional.empty(),
                                name -> Optional.of(pod("portcullis", name, "e", "node-a", "c")),
                                "e"));
    }

    @AfterEach
    void stop() {
        channel.shutdownNow();
        server.close();
    }

    @ParameterizedTest
    @ValueSource(strings = {"portcullis-operator", "portcullis-operator.portcullis.svc"})
    void aNodeThatTrustsTheAuthorityIsServed(String name) throws Exception {
        connect(store.load().orElseThrow().certificate(), name);

        FakeNode node =
                new FakeNode(channel, "good")
                        .hello(Hello.newBuilder().addFormats(RuleSetCodec.FORMAT).build());

        assertThat(node.next().hasSnapshot()).isTrue();
    }

    @Test
    void aWrongTokenIsToldSo() throws Exception {
        connect(store.load().orElseThrow().certificate(), "portcullis-operator");

        assertThat(new FakeNode(channel, "bad").end().getCode())
                .isEqualTo(Status.Code.UNAUTHENTICATED);
    }

    @Test
    void aNodeDoesNotTrustAnotherAuthority() throws Exception {
        connect(
                Authority.in(new MemoryAuthorityStore(), Instant.now()).pem(),
                "portcullis-operator");

        assertThat(new FakeNode(channel, "good").end().getCode())
                .isEqualTo(Status.Code.UNAVAILABLE);
    }

    @Test
    void aNodeDoesNotTrustAnotherName() throws Exception {
        connect(store.load().orElseThrow().certificate(), "portcullis-operator.elsewhere.svc");

        assertThat(new FakeNode(channel, "good").end().getCode())
                .isEqualTo(Status.Code.UNAVAILABLE);
    }

    private void connect(String trusted, String name) throws IOException {
        ChannelCredentials credentials =
                TlsChannelCredentials.newBuilder().trustManager(stream(trusted)).build();
        channel =
                Grpc.newChannelBuilderForAddress("127.0.0.1", server.port(), credentials)
                        .overrideAuthority(name)
                        .build();
    }

    private static InputStream stream(String text) {
        return new ByteArrayInputStream(text.getBytes(StandardCharsets.US_ASCII));
    }
}
