// SPDX-License-Identifier: Apache-2.0
package dev.portcullis.cli;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import java.io.IOException;
import java.net.BindException;
import java.net.HttpURLConnection;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.util.function.BooleanSupplier;

/**
 * What the kubelet asks an agent: {@code /healthz} and {@code /readyz}, answered by status 200 or
 * 503. On the loopback only, as the agent is in the network of its node.
 */
final class AgentHealth implements AutoCloseable {
    private static final int NO_BODY = -1;

    private final HttpServer server;

    private AgentHealth(HttpServer server) {
        this.server = server;
    }

    /**
     * Answers until closed.
     *
     * @param alive whether the agent works at all
     * @param ready whether it knows what holds
     * @throws BadInputException if the port is not to be had
     */
    static AgentHealth serve(int port, BooleanSupplier alive, BooleanSupplier ready)
            throws IOException {
        HttpServer server;
        try {
            server =
                    HttpServer.create(
                            new InetSocketAddress(InetAddress.ofLiteral("127.0.0.1"), port), 0);
        } catch (BindException e) {
            throw new BadInputException(
                    "127.0.0.1:" + port + ": " + e.getMessage() + "; choose another --health-port");
        }
        server.createContext("/healthz", exchange -> answer(exchange, alive.getAsBoolean()));
        server.createContext("/readyz", exchange -> answer(exchange, ready.getAsBoolean()));
        server.start();
        return new AgentHealth(server);
    }

    int port() {
        return server.getAddress().getPort();
    }

    @Override
    public void close() {
        server.stop(0);
    }

    private static void answer(HttpExchange exchange, boolean well) throws IOException {
        try (exchange) {
            exchange.sendResponseHeaders(
                    well ? HttpURLConnection.HTTP_OK : HttpURLConnection.HTTP_UNAVAILABLE, NO_BODY);
        }
    }
}
