// SPDX-License-Identifier: Apache-2.0
package dev.portcullis.operator.serve;

import static dev.portcullis.operator.Fixtures.eventually;
import static dev.portcullis.operator.Fixtures.pod;
import static dev.portcullis.operator.Fixtures.policy;
import static org.assertj.core.api.Assertions.assertThat;

import dev.portcullis.node.v1alpha1.Applied;
import dev.portcullis.node.v1alpha1.Hello;
import dev.portcullis.node.v1alpha1.Report;
import dev.portcullis.node.v1alpha1.RuleSet;
import dev.portcullis.node.v1alpha1.ToNode;
import dev.portcullis.operator.Fixtures;
import dev.portcullis.operator.compile.Compilation.Compiled;
import dev.portcullis.operator.plan.Plan;
import dev.portcullis.operator.plan.Planner;
import dev.portcullis.operator.select.Selection;
import dev.portcullis.operator.serve.TokenReviews.Bearer;
import dev.portcullis.operator.view.ClusterView;
import dev.portcullis.policy.ruleset.RuleSetCodec;
import io.grpc.ManagedChannel;
import io.grpc.Server;
import io.grpc.ServerInterceptors;
import io.grpc.Status;
import io.grpc.inprocess.InProcessChannelBuilder;
import io.grpc.inprocess.InProcessServerBuilder;
import java.io.IOException;
import java.time.Clock;
import java.time.Instant;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.atomic.AtomicBoolean;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** The protocol over a stream; tokens here are the names of the enforcers' pods. */
class DistributionServiceTest {
    private static final String USER = "system:serviceaccount:portcullis:portcullis-enforcer";
    private static final Hello HELLO =
            Hello.newBuilder()
                    .addFormats(RuleSetCodec.FORMAT)
                    .setKernel("6.12")
                    .setBackend("lsm")
                    .build();

    private final AtomicBoolean ready = new AtomicBoolean(true);
    private final NodeBoard board = new NodeBoard(() -> {});
    private Server server;
    private ManagedChannel channel;

    @BeforeEach
    void start() throws IOException {
        String name = InProcessServerBuilder.generateName();
        server =
                InProcessServerBuilder.forName(name)
                        .addService(
                                ServerInterceptors.intercept(
                                        new DistributionService(
                                                board,
                                                new Versions(1),
                                                Clock.systemUTC(),
                                                ready::get),
                                        new Authentication(
                                                token ->
                                                        Optional.of(
                                                                new Bearer(
                                                                        USER,
                                                                        token,
                                                                        "uid-" + token)),
                                                pod ->
                                                        Optional.of(
                                                                pod(
                                                                        "portcullis",
                                                                        pod,
                                                                        "e",
                                                                        "node-" + pod,
                                                                        "c")),
                                                USER)))
                        .build()
                        .start();
        channel = InProcessChannelBuilder.forName(name).build();
    }

    @AfterEach
    void stop() {
        channel.shutdownNow();
        server.shutdownNow();
    }

    @Test
    void aNodeIsToldOfItsPodsAlone() throws Exception {
        publish(1, "web-0", "node-a");

        FakeNode a = new FakeNode(channel, "a").hello(HELLO);
        FakeNode b = new FakeNode(channel, "b").hello(HELLO);

        assertThat(a.next().getRuleSet().getId()).isEqualTo("rules-1");
        assertThat(a.next().getSnapshot().getPods(0).getName()).isEqualTo("web-0");
        assertThat(b.next().getSnapshot().getPodsList()).isEmpty();
    }

    @Test
    void changesFollowAcknowledgements() throws Exception {
        publish(1, "web-0", "node-a");
        FakeNode node = new FakeNode(channel, "a").hello(HELLO);
        node.next();
        ToNode snapshot = node.next();

        publish(2, "web-0", "node-a");
        publish(3, "web-0", "node-a");
        assertThat(node.isQuiet()).isTrue();
        node.applied(Applied.newBuilder().setVersion(snapshot.getSnapshot().getVersion()).build());

        assertThat(node.next().getRuleSet().getId()).isEqualTo("rules-3");
        ToNode delta = node.next();
        assertThat(delta.getDelta().getVersion())
                .isGreaterThan(snapshot.getSnapshot().getVersion());
        assertThat(delta.getDelta().getPods(0).getUnnamed()).isEqualTo("rules-3");
    }

    @Test
    void whatTheNodeAcknowledgesAndReportsIsOnTheBoard() throws Exception {
        publish(1, "web-0", "node-a");
        FakeNode node = new FakeNode(channel, "a").hello(HELLO);
        node.next();
        long version = node.next().getSnapshot().getVersion();

        node.applied(Applied.newBuilder().setVersion(version).build());
        node.report(Report.newBuilder().setScopes(7).build());

        eventually()
                .untilAsserted(() -> {
                    NodeProgress progress = board.progress().get("node-a");
                    assertThat(progress.connected()).isTrue();
                    assertThat(progress.kernel()).isEqualTo("6.12");
                    assertThat(progress.version()).isEqualTo(version);
                    assertThat(progress.pods()).containsOnlyKeys("uid-web-0");
                    assertThat(progress.report().getScopes()).isEqualTo(7);
                });
    }

    @Test
    void aNodeThatHangsUpIsDisconnectedAndWhatItSaidStays() throws Exception {
        publish(1, "web-0", "node-a");
        FakeNode node = new FakeNode(channel, "a").hello(HELLO);
        node.next();
        node.applied(
                Applied.newBuilder().setVersion(node.next().getSnapshot().getVersion()).build());
        eventually().until(() -> board.progress().get("node-a").pods().size() == 1);

        node.hangUp();

        assertThat(node.end().isOk()).isTrue();
        eventually().until(() -> !board.progress().get("node-a").connected());
        assertThat(board.progress().get("node-a").pods()).hasSize(1);
    }

    @Test
    void theNewerStreamOfANodeReplacesTheOlder() throws Exception {
        publish(1, "web-0", "node-a");
        FakeNode older = new FakeNode(channel, "a").hello(HELLO);
        older.next();
        long first = older.next().getSnapshot().getVersion();

        FakeNode newer = new FakeNode(channel, "a").hello(HELLO);

        assertThat(older.end().getCode()).isEqualTo(Status.Code.ALREADY_EXISTS);
        newer.next();
        assertThat(newer.next().getSnapshot().getVersion()).isGreaterThan(first);
        assertThat(board.progress().get("node-a").connected()).isTrue();
    }

    @Test
    void aStreamThatSaysNothingReplacesNoOther() throws Exception {
        FakeNode node = new FakeNode(channel, "a").hello(HELLO);
        node.next();

        FakeNode silent = new FakeNode(channel, "a");
        silent.hangUp();

        assertThat(silent.end().isOk()).isTrue();
        assertThat(board.progress().get("node-a").connected()).isTrue();
    }

    @Test
    void withoutACommonFormatThereIsNoStream() throws Exception {
        FakeNode node = new FakeNode(channel, "a").hello(Hello.newBuilder().addFormats(99).build());

        Status end = node.end();

        assertThat(end.getCode()).isEqualTo(Status.Code.FAILED_PRECONDITION);
        assertThat(end.getDescription()).contains("format " + RuleSetCodec.FORMAT, "[99]");
    }

    @Test
    void aSecondHelloEndsTheStream() throws Exception {
        FakeNode node = new FakeNode(channel, "a").hello(HELLO).hello(HELLO);

        assertThat(node.end().getCode()).isEqualTo(Status.Code.INVALID_ARGUMENT);
        eventually().until(() -> !board.progress().get("node-a").connected());
    }

    @Test
    void anOperatorThatDoesNotKnowTheClusterServesNobody() throws Exception {
        ready.set(false);

        assertThat(new FakeNode(channel, "a").end().getCode()).isEqualTo(Status.Code.UNAVAILABLE);
    }

    @Test
    void aBoardThatClosesSendsNodesAway() throws Exception {
        FakeNode node = new FakeNode(channel, "a").hello(HELLO);
        node.next();

        board.close();

        assertThat(node.end().getCode()).isEqualTo(Status.Code.UNAVAILABLE);
    }

    private void publish(long generation, String name, String node) {
        ClusterView view =
                new Fixtures()
                        .pod(pod("shop", name, "web", node, "nginx"))
                        .policy(policy("shop", "p", generation, "{process: {default: Block}}"))
                        .view();
        RuleSet ruleSet = RuleSet.newBuilder().setId("rules-" + generation).build();
        Plan plan =
                Planner.plan(
                        view,
                        Selection.decide(view, Set.of(), Instant.EPOCH),
                        set -> Optional.of(new Compiled(ruleSet)),
                        board.plan());
        board.publish(plan);
    }
}
