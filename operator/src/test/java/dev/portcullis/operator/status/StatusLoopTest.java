// SPDX-License-Identifier: Apache-2.0
package dev.portcullis.operator.status;

import static dev.portcullis.operator.Fixtures.policy;
import static org.assertj.core.api.Assertions.assertThat;

import dev.portcullis.node.v1alpha1.Report;
import dev.portcullis.operator.Fixtures;
import dev.portcullis.operator.plan.Plan;
import dev.portcullis.operator.plan.Planner;
import dev.portcullis.operator.select.Selection;
import dev.portcullis.operator.serve.NodeProgress;
import dev.portcullis.operator.view.ClusterView;
import dev.portcullis.operator.view.NodeView;
import dev.portcullis.operator.view.PolicyKey;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneId;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.junit.jupiter.api.Test;

class StatusLoopTest {
    private final Ticking clock = new Ticking();
    private final Recorder sink = new Recorder();
    private final Map<String, NodeProgress> nodes = new HashMap<>();
    private Plan plan = Plan.NONE;
    private final StatusLoop loop =
            new StatusLoop(() -> plan, () -> Map.copyOf(nodes), sink, clock);

    @Test
    void aStatusIsWrittenOnceAndAgainWhenItDiffers() {
        plan = plan(1);
        loop.turn();
        loop.turn();
        assertThat(sink.written).containsExactly("policy shop/p 1");

        plan = plan(2);
        loop.turn();
        assertThat(sink.written).containsExactly("policy shop/p 1", "policy shop/p 2");
    }

    @Test
    void aWriteThatFailedIsTriedAgain() {
        plan = plan(1);
        sink.failing = true;
        loop.turn();
        sink.failing = false;
        loop.turn();

        assertThat(sink.written).containsExactly("policy shop/p 1");
    }

    @Test
    void aNodesVersionIsNotWorthAWriteEachAndItsConnectionIs() {
        plan = plan(1);
        nodes.put("a", node(true, 1, 0));
        loop.turn();
        nodes.put("a", node(true, 2, 0));
        loop.turn();
        assertThat(sink.nodesWritten()).isEqualTo(1);

        nodes.put("a", node(false, 2, 0));
        loop.turn();
        assertThat(sink.nodesWritten()).isEqualTo(2);

        clock.now = clock.now.plusSeconds(11);
        nodes.put("a", node(false, 3, 0));
        loop.turn();
        assertThat(sink.nodesWritten()).isEqualTo(3);
    }

    @Test
    void aReportWithoutNewsIsWrittenOnceAMinute() {
        plan = plan(1);
        nodes.put("a", node(true, 1, 0));
        loop.turn();

        clock.now = clock.now.plusSeconds(30);
        nodes.put("a", node(true, 1, 30));
        loop.turn();
        assertThat(sink.nodesWritten()).isEqualTo(1);

        clock.now = clock.now.plusSeconds(31);
        nodes.put("a", node(true, 1, 61));
        loop.turn();
        assertThat(sink.nodesWritten()).isEqualTo(2);
    }

    @Test
    void aNodeThatDoesNotComeBackToANewOperatorIsToldOfAfterAWhile() {
        plan = plan(1);
        sink.existing.addAll(Set.of("a", "b"));
        nodes.put("a", node(true, 1, 0));
        loop.turn();
        assertThat(sink.nodesWritten()).isEqualTo(1);

        clock.now = clock.now.plus(Duration.ofMinutes(1));
        loop.turn();
        loop.turn();
        assertThat(sink.written)
                .contains("node b {connected=false, version=0, scopes=0, degraded=[]}");
        assertThat(sink.nodesWritten()).isEqualTo(2);
    }

    private static Plan plan(long generation) {
        ClusterView view =
                new Fixtures()
                        .node("a", true)
                        .node("b", true)
                        .policy(policy("shop", "p", generation, "{}"))
                        .view();
        return Planner.plan(
                view,
                Selection.decide(view, Set.of(), Instant.EPOCH),
                set -> Optional.empty(),
                Plan.NONE);
    }

    private static NodeProgress node(boolean connected, long version, long second) {
        return new NodeProgress(
                "a",
                connected,
                "lsm",
                "6.12",
                version,
                Map.of(),
                Map.of(),
                Report.getDefaultInstance(),
                Instant.ofEpochSecond(second));
    }

    private static final class Recorder implements StatusSink {
        private final List<String> written = new ArrayList<>();
        private final Set<String> existing = new HashSet<>();
        private boolean failing;

        long nodesWritten() {
            return written.stream().filter(line -> line.startsWith("node ")).count();
        }

        @Override
        public void writePolicy(PolicyKey policy, String uid, Map<String, Object> status) {
            if (failing) {
                throw new IllegalStateException("expected by this test");
            }
            written.add("policy " + policy + " " + status.get("observedGeneration"));
        }

        @Override
        public void writeNode(NodeView node, Map<String, Object> status) {
            written.add("node " + node.name() + " " + status);
        }

        @Override
        public Set<String> nodes() {
            return new HashSet<>(existing);
        }
    }

    private static final class Ticking extends Clock {
        private Instant now = Instant.parse("2026-03-01T12:00:00Z");

        @Override
        public ZoneId getZone() {
            return ZoneOffset.UTC;
        }

        @Override
        public Clock withZone(ZoneId zone) {
            return this;
        }

        @Override
        public Instant instant() {
            return now;
        }
    }
}
