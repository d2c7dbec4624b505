// SPDX-License-Identifier: Apache-2.0
package dev.portcullis.enforcer.link;

import dev.portcullis.enforcer.node.NodeAgent;
import dev.portcullis.node.v1alpha1.DistributionGrpc.DistributionStub;
import dev.portcullis.node.v1alpha1.FromNode;
import dev.portcullis.node.v1alpha1.Report;
import dev.portcullis.node.v1alpha1.ToNode;
import io.grpc.Status;
import io.grpc.stub.StreamObserver;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Future;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/**
 * One stream to the operator. What it says is done before the next message is asked for, so there
 * is never more than one under way.
 */
final class NodeStream implements StreamObserver<ToNode> {
    /** How often what happened is looked at. */
    private static final long REPORT_SECONDS = 5;

    /** After so many looks a report is sent even if nothing happened. */
    private static final int QUIET_REPORTS = 5;

    private final NodeAgent agent;
    private final BlockingQueue<Status> ended = new LinkedBlockingQueue<>();
    private @Nullable StreamObserver<FromNode> out;
    private volatile boolean told;

    NodeStream(NodeAgent agent) {
        this.agent = agent;
    }

    /** Talks until either side ends it; says how it ended. */
    Status run(DistributionStub stub) {
        try {
            synchronized (this) {
                out = stub.connect(this);
            }
            send(FromNode.newBuilder().setHello(await(agent.hello())).build());
            Report last = Report.getDefaultInstance();
            int quiet = 0;
            while (true) {
                Status end = ended.poll(REPORT_SECONDS, TimeUnit.SECONDS);
                if (end != null) {
                    return end;
                }
                if (!told) {
                    continue;
                }
                Report report = await(agent.report());
                if (!report.equals(last) || ++quiet >= QUIET_REPORTS) {
                    send(FromNode.newBuilder().setReport(report).build());
                    last = report;
                    quiet = 0;
                }
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            return Status.CANCELLED.withDescription("the agent ends");
        }
    }

    private static <T> T await(Future<T> future) throws InterruptedException {
        try {
            return future.get();
        } catch (ExecutionException e) {
            throw new IllegalStateException("the agent failed: " + e.getCause(), e.getCause());
        }
    }

    private synchronized void send(FromNode message) {
        if (out != null) {
            out.onNext(message);
        }
    }

    /** Whether the operator has said what holds. */
    boolean wasTold() {
        return told;
    }

    @Override
    public void onNext(ToNode message) {
        try {
            switch (message.getKindCase()) {
                case RULE_SET -> await(agent.take(message.getRuleSet()));
                case SNAPSHOT -> {
                    var applied = await(agent.apply(message.getSnapshot()));
                    told = true;
                    agent.connected(true);
                    send(FromNode.newBuilder().setApplied(applied).build());
                }
                case DELTA ->
                        send(
                                FromNode.newBuilder()
                                        .setApplied(await(agent.apply(message.getDelta())))
                                        .build());
                case KIND_NOT_SET ->
                        fail(
                                Status.UNIMPLEMENTED.withDescription(
                                        "the operator says what this agent does not understand;"
                                                + " upgrade the agent"));
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            fail(Status.CANCELLED);
        } catch (IllegalStateException e) {
            fail(Status.INTERNAL.withDescription(e.getMessage()).withCause(e));
        }
    }

    private void fail(Status status) {
        ended.add(status);
        end();
    }

    @Override
    public void onError(Throwable thrown) {
        ended.add(Status.fromThrowable(thrown));
    }

    @Override
    public void onCompleted() {
        ended.add(Status.OK.withDescription("the operator ends"));
    }

    /** Ends the stream from this side. */
    synchronized void end() {
        if (out != null) {
            out.onCompleted();
            out = null;
        }
    }
}
