// SPDX-License-Identifier: Apache-2.0
package dev.portcullis.operator.serve;

import dev.portcullis.node.v1alpha1.Applied;
import dev.portcullis.node.v1alpha1.DistributionGrpc;
import dev.portcullis.node.v1alpha1.FromNode;
import dev.portcullis.node.v1alpha1.Hello;
import dev.portcullis.node.v1alpha1.Report;
import dev.portcullis.node.v1alpha1.ToNode;
import io.grpc.Channel;
import io.grpc.Metadata;
import io.grpc.Status;
import io.grpc.stub.MetadataUtils;
import io.grpc.stub.StreamObserver;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;

/** An enforcer's end of a stream. */
public final class FakeNode implements StreamObserver<ToNode> {
    private static final int SECONDS = 20;

    private final BlockingQueue<ToNode> received = new LinkedBlockingQueue<>();
    private final CompletableFuture<Status> end = new CompletableFuture<>();
    private final StreamObserver<FromNode> toOperator;

    /** Opens a stream with a token. */
    public FakeNode(Channel channel, String token) {
        Metadata metadata = new Metadata();
        metadata.put(Authentication.AUTHORIZATION, "Bearer " + token);
        toOperator =
                DistributionGrpc.newStub(channel)
                        .withInterceptors(MetadataUtils.newAttachHeadersInterceptor(metadata))
                        .connect(this);
    }

    public FakeNode hello(Hello hello) {
        toOperator.onNext(FromNode.newBuilder().setHello(hello).build());
        return this;
    }

    public void applied(Applied applied) {
        toOperator.onNext(FromNode.newBuilder().setApplied(applied).build());
    }

    public void report(Report report) {
        toOperator.onNext(FromNode.newBuilder().setReport(report).build());
    }

    public void hangUp() {
        toOperator.onCompleted();
    }

    /** The next message. */
    public ToNode next() throws InterruptedException {
        ToNode message = received.poll(SECONDS, TimeUnit.SECONDS);
        if (message == null) {
            throw new AssertionError("no message; the stream's end is " + end.getNow(null));
        }
        return message;
    }

    /** Whether nothing has come that was not taken. */
    public boolean isQuiet() {
        return received.isEmpty();
    }

    /** How the stream ended. */
    public Status end() throws InterruptedException, ExecutionException, TimeoutException {
        return end.get(SECONDS, TimeUnit.SECONDS);
    }

    @Override
    public void onNext(ToNode message) {
        received.add(message);
    }

    @Override
    public void onError(Throwable error) {
        end.complete(Status.fromThrowable(error));
    }

    @Override
    public void onCompleted() {
        end.complete(Status.OK);
    }
}
