// SPDX-License-Identifier: Apache-2.0
package dev.portcullis.operator.serve;

import dev.portcullis.node.v1alpha1.DistributionGrpc;
import dev.portcullis.node.v1alpha1.FromNode;
import dev.portcullis.node.v1alpha1.ToNode;
import io.grpc.Status;
import io.grpc.stub.ServerCallStreamObserver;
import io.grpc.stub.StreamObserver;
import java.time.Clock;
import java.util.function.BooleanSupplier;

/** {@code portcullis.v1alpha1.Distribution}, behind {@link Authentication}. */
public final class DistributionService extends DistributionGrpc.DistributionImplBase {
    private final NodeBoard board;
    private final Versions versions;
    private final Clock clock;
    private final BooleanSupplier ready;

    /**
     * Serves a board.
     *
     * @param clock stamps reports
     * @param ready whether the board's plan was made from all of the cluster
     */
    public DistributionService(
            NodeBoard board, Versions versions, Clock clock, BooleanSupplier ready) {
        this.board = board;
        this.versions = versions;
        this.clock = clock;
        this.ready = ready;
    }

    @Override
    public StreamObserver<FromNode> connect(StreamObserver<ToNode> responses) {
        if (!ready.getAsBoolean()) {
            responses.onError(
                    Status.UNAVAILABLE
                            .withDescription("this operator does not know the whole cluster yet")
                            .asException());
            return new Ignored();
        }
        return new NodeSession(
                Authentication.NODE.get(),
                board,
                versions,
                clock,
                (ServerCallStreamObserver<ToNode>) responses);
    }

    /** Hears what still comes in on a refused stream. */
    private static final class Ignored implements StreamObserver<FromNode> {
        @Override
        public void onNext(FromNode message) {}

        @Override
        public void onError(Throwable error) {}

        @Override
        public void onCompleted() {}
    }
}
