// SPDX-License-Identifier: Apache-2.0
package dev.portcullis.operator.status;

import dev.portcullis.operator.loop.Loop;
import dev.portcullis.operator.plan.Plan;
import dev.portcullis.operator.serve.NodeBoard;
import dev.portcullis.operator.serve.NodeProgress;
import dev.portcullis.operator.view.NodeView;
import dev.portcullis.operator.view.PolicyStatus;
import dev.portcullis.operator.view.PolicyStatus.Condition;
import dev.portcullis.operator.view.PolicyView;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.HashMap;
import java.util.HashSet;
import java.util.Map;
import java.util.Set;
import java.util.function.Supplier;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Keeps the status of policies and nodes up to date. A turn looks at everything and writes what
 * differs from what was written last; turns are at least {@link #INTERVAL} apart.
 */
public final class StatusLoop implements AutoCloseable {
    /** From one write of a status to the next, at least. */
    static final Duration INTERVAL = Duration.ofSeconds(2);

    private static final Logger LOG = LoggerFactory.getLogger(StatusLoop.class);

    /** Enough for most acknowledgements to be part of the first status. */
    private static final Duration PAUSE = Duration.ofMillis(200);

    /** A node's version changes with every pod, and is not worth a write each. */
    private static final Duration NODE_INTERVAL = Duration.ofSeconds(10);

    private static final Duration RETRY = Duration.ofSeconds(5);

    /** How long nodes have to come back to a new operator before it says that they have not. */
    private static final Duration GRACE = Duration.ofSeconds(30);

    private final Supplier<Plan> plan;
    private final Supplier<Map<String, NodeProgress>> progress;
    private final StatusSink sink;
    private final Clock clock;
    private final Evasion evasion = new Evasion();
    private final Loop loop;
    private final Instant start;
    private final Map<String, PolicyStatus> policies = new HashMap<>();
    private final Map<String, WrittenNode> nodes = new HashMap<>();
    private boolean missingNodesTold;

    /** A loop over what a board knows. */
    public StatusLoop(NodeBoard board, StatusSink sink, Clock clock) {
        this(board::plan, board::progress, sink, clock);
    }

    StatusLoop(
            Supplier<Plan> plan,
            Supplier<Map<String, NodeProgress>> progress,
            StatusSink sink,
            Clock clock) {
        this.plan = plan;
        this.progress = progress;
        this.sink = sink;
        this.clock = clock;
        start = clock.instant();
        loop = new Loop("status", PAUSE, INTERVAL, this::turn);
    }

    public void start() {
        loop.start();
        loop.wakeIn(GRACE);
    }

    /** Tells it that something may have changed. */
    public void wake() {
        loop.wake();
    }

    @Override
    public void close() {
        loop.close();
    }

    /** Computes everything, writes what is new. */
    void turn() {
        Plan current = plan.get();
        if (current.isNone()) {
            return;
        }
        Map<String, NodeProgress> heard = progress.get();
        PolicyStatuses statuses =
                new PolicyStatuses(
                        current, heard, evasion.among(current.needed()), clock.instant());
        Set<String> uids = new HashSet<>();
        for (PolicyView policy : current.view().policies()) {
            uids.add(policy.uid());
            PolicyStatus before = policies.getOrDefault(policy.uid(), policy.recorded());
            write(policy, statuses.of(policy, before), before);
        }
        policies.keySet().retainAll(uids);
        nodes.keySet().retainAll(current.view().nodes().keySet());
        heard.values().forEach(node -> write(current, node));
        tellMissingNodes(current, heard);
    }

    private void write(PolicyView policy, PolicyStatus status, PolicyStatus before) {
        if (status.equals(before) || (settling() && losesOnlyNodes(status, before))) {
            return;
        }
        attempt(
                "policy " + policy.key(),
                () -> {
                    sink.writePolicy(policy.key(), policy.uid(), StatusJson.write(status));
                    policies.put(policy.uid(), status);
                });
    }

    private boolean settling() {
        return clock.instant().isBefore(start.plus(GRACE));
    }

    /** A new operator knows nothing of what nodes have done, until they have come back to it. */
    private static boolean losesOnlyNodes(PolicyStatus status, PolicyStatus before) {
        return status.observedGeneration() == before.observedGeneration()
                && before.condition(Verdict.PROGRAMMED).filter(Condition::status).isPresent()
                && status.condition(Verdict.PROGRAMMED)
                        .filter(condition -> condition.reason().equals(Programming.PENDING))
                        .isPresent();
    }

    private void write(Plan current, NodeProgress progress) {
        NodeView node = current.view().nodes().get(progress.node());
        NodeStatus status = NodeStatus.of(progress);
        WrittenNode written = nodes.get(progress.node());
        if (node == null || !status.differsFrom(written == null ? null : written.status)) {
            return;
        }
        Instant now = clock.instant();
        if (written != null && status.connected() == written.status.connected()) {
            Duration wait = Duration.between(now, written.at.plus(NODE_INTERVAL));
            if (wait.isPositive()) {
                loop.wakeIn(wait);
                return;
            }
        }
        attempt(
                "node " + progress.node(),
                () -> {
                    sink.writeNode(node, status.json());
                    nodes.put(progress.node(), new WrittenNode(status, now));
                });
    }

    /** Those that an operator before this one has known and that have not come back. */
    private void tellMissingNodes(Plan current, Map<String, NodeProgress> heard) {
        if (missingNodesTold || settling()) {
            return;
        }
        attempt(
                "nodes",
                () -> {
                    Set<String> missing = sink.nodes();
                    missing.removeAll(heard.keySet());
                    missing.forEach(node -> write(current, NodeProgress.unheard(node)));
                    missingNodesTold = true;
                });
    }

    private void attempt(String what, Runnable write) {
        try {
            write.run();
        } catch (RuntimeException e) {
            // The API server is away, or the object is gone, which the next view will show.
            LOG.warn("writing the status of {}: {}", what, e.toString());
            loop.wakeIn(RETRY);
        }
    }

    private record WrittenNode(NodeStatus status, Instant at) {}
}
