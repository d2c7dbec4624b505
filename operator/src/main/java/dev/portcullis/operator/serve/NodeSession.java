// SPDX-License-Identifier: Apache-2.0
package dev.portcullis.operator.serve;

import dev.portcullis.node.v1alpha1.FromNode;
import dev.portcullis.node.v1alpha1.Hello;
import dev.portcullis.node.v1alpha1.Report;
import dev.portcullis.node.v1alpha1.ToNode;
import dev.portcullis.operator.plan.DesiredNode;
import dev.portcullis.operator.plan.Plan;
import dev.portcullis.policy.ruleset.RuleSetCodec;
import io.grpc.Status;
import io.grpc.stub.ServerCallStreamObserver;
import io.grpc.stub.StreamObserver;
import java.time.Clock;
import java.time.Instant;
import java.util.ArrayDeque;
import java.util.Queue;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * One stream of one node. Whoever calls, whether the stream or the plan, only ever does what can be
 * done at once: messages that the stream does not take yet wait for its next call, and are never
 * more than one version.
 */
final class NodeSession implements StreamObserver<FromNode> {
    private static final Logger LOG = LoggerFactory.getLogger(NodeSession.class);

    private final String node;
    private final NodeBoard board;
    private final Versions versions;
    private final Clock clock;
    private final ServerCallStreamObserver<ToNode> stream;
    private final Queue<ToNode> outgoing = new ArrayDeque<>();
    private @Nullable Hello hello;
    private @Nullable NodeProtocol protocol;
    private @Nullable Report report;
    private @Nullable Instant reported;
    private boolean closed;

    NodeSession(
            String node,
            NodeBoard board,
            Versions versions,
            Clock clock,
            ServerCallStreamObserver<ToNode> stream) {
        this.node = node;
        this.board = board;
        this.versions = versions;
        this.clock = clock;
        this.stream = stream;
        stream.setOnReadyHandler(this::push);
        stream.setOnCancelHandler(this::lost);
    }

    String node() {
        return node;
    }

    @Override
    public void onNext(FromNode message) {
        switch (message.getKindCase()) {
            case HELLO -> greet(message.getHello());
            case APPLIED -> applied(message);
            case REPORT -> report(message.getReport());
            // What a newer node adds is nothing that this operator could act on.
            case KIND_NOT_SET -> LOG.debug("node {} sent what is not known here", node);
        }
    }

    @Override
    public void onError(Throwable error) {
        LOG.info("node {}: stream lost: {}", node, error.getMessage());
        lost();
    }

    @Override
    public void onCompleted() {
        synchronized (this) {
            if (!closed) {
                closed = true;
                stream.onCompleted();
            }
        }
        board.left(this);
    }

    /** Ends the stream, if it has not ended. */
    void close(Status status) {
        synchronized (this) {
            if (closed) {
                return;
            }
            closed = true;
            outgoing.clear();
            stream.onError(status.asException());
        }
        board.left(this);
    }

    /** Sends what can be sent, after a change of the plan or of the stream. */
    synchronized void push() {
        if (closed || protocol == null) {
            return;
        }
        if (outgoing.isEmpty()) {
            Plan plan = board.plan();
            DesiredNode desired = plan.node(node);
            outgoing.addAll(protocol.next(desired, plan.ruleSets()));
        }
        while (!outgoing.isEmpty() && stream.isReady()) {
            stream.onNext(outgoing.remove());
        }
    }

    /** How far the node has come; empty names until it has said Hello. */
    synchronized NodeProgress progress() {
        if (hello == null || protocol == null) {
            return NodeProgress.unheard(node);
        }
        return new NodeProgress(
                node,
                !closed,
                hello.getBackend(),
                hello.getKernel(),
                protocol.acknowledgedVersion(),
                protocol.acknowledged(),
                protocol.failures(),
                report,
                reported);
    }

    private void greet(Hello first) {
        synchronized (this) {
            if (closed) {
                return;
            }
            if (protocol != null) {
                closed = true;
                stream.onError(
                        Status.INVALID_ARGUMENT.withDescription("a second Hello").asException());
            } else if (!first.getFormatsList().contains(RuleSetCodec.FORMAT)) {
                closed = true;
                stream.onError(
                        Status.FAILED_PRECONDITION
                                .withDescription(
                                        "this operator writes rule sets in format %d, the node reads %s; upgrade the older of the two"
                                                .formatted(
                                                        RuleSetCodec.FORMAT,
                                                        first.getFormatsList()))
                                .asException());
            } else {
                try {
                    protocol = new NodeProtocol(first, versions);
                    hello = first;
                } catch (ArithmeticException e) {
                    closed = true;
                    stream.onError(
                            Status.INVALID_ARGUMENT
                                    .withDescription(e.getMessage() + "; delete the node's state")
                                    .asException());
                }
            }
        }
        if (progress().connected()) {
            LOG.info("node {}: connected, at version {}", node, first.getVersion());
            board.joined(this);
            push();
        } else {
            board.left(this);
        }
    }

    private void applied(FromNode message) {
        synchronized (this) {
            if (protocol == null || !protocol.applied(message.getApplied())) {
                LOG.warn(
                        "node {}: acknowledges version {}, which is not under way",
                        node,
                        message.getApplied().getVersion());
                return;
            }
        }
        message.getApplied()
                .getFailuresList()
                .forEach(failure ->
                        LOG.warn(
                                "node {}: rule set {}: {}",
                                node,
                                failure.getRuleSet(),
                                failure.getReason()));
        push();
        board.changed(this);
    }

    private void report(Report latest) {
        synchronized (this) {
            report = latest;
            reported = clock.instant();
        }
        board.changed(this);
    }

    private void lost() {
        synchronized (this) {
            closed = true;
            outgoing.clear();
        }
        board.left(this);
    }
}
