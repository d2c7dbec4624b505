// SPDX-License-Identifier: Apache-2.0
package dev.portcullis.operator.serve;

import io.grpc.Grpc;
import io.grpc.Server;
import io.grpc.ServerCredentials;
import io.grpc.ServerInterceptors;
import java.io.IOException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.TimeUnit;

/** The gRPC port. */
public final class NodeServer implements AutoCloseable {
    /** Nodes say little; only what is sent to them can be as large as a rule set. */
    private static final int MAX_FROM_NODE = 4 << 20;

    private static final int KEEPALIVE_SECONDS = 10;
    private static final int STOP_SECONDS = 5;

    // A token's review blocks; a virtual thread may.
    private final ExecutorService calls = Executors.newVirtualThreadPerTaskExecutor();
    private final NodeBoard board;
    private final Server server;

    /**
     * Opens the port.
     *
     * @param port 0 for any
     * @throws IOException if it is taken
     */
    public NodeServer(
            int port,
            ServerCredentials credentials,
            NodeBoard board,
            DistributionService service,
            Authentication authentication)
            throws IOException {
        this.board = board;
        // A peer that is gone without a word is noticed within twice the keepalive.
        server =
                Grpc.newServerBuilderForPort(port, credentials)
                        .executor(calls)
                        .maxInboundMessageSize(MAX_FROM_NODE)
                        .keepAliveTime(KEEPALIVE_SECONDS, TimeUnit.SECONDS)
                        .keepAliveTimeout(KEEPALIVE_SECONDS, TimeUnit.SECONDS)
                        .permitKeepAliveTime(KEEPALIVE_SECONDS / 2, TimeUnit.SECONDS)
                        .permitKeepAliveWithoutCalls(true)
                        .handshakeTimeout(2 * KEEPALIVE_SECONDS, TimeUnit.SECONDS)
                        .addService(ServerInterceptors.intercept(service, authentication))
                        .build()
                        .start();
    }

    public int port() {
        return server.getPort();
    }

    @Override
    public void close() {
        server.shutdown();
        board.close();
        try {
            if (!server.awaitTermination(STOP_SECONDS, TimeUnit.SECONDS)) {
                server.shutdownNow();
            }
        } catch (InterruptedException e) {
            server.shutdownNow();
            Thread.currentThread().interrupt();
        }
        calls.close();
    }
}
