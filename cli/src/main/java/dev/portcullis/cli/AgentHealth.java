// SPDX-License-Identifier: Apache-2.0
package dev.portcullis.cli;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import io.prometheus.metrics.expositionformats.ExpositionFormatWriter;
import io.prometheus.metrics.expositionformats.ExpositionFormats;
import io.prometheus.metrics.model.snapshots.MetricSnapshots;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.lang.System.Logger.Level;
import java.net.BindException;
import java.net.HttpURLConnection;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.function.BooleanSupplier;
import java.util.function.Supplier;

/**
 * What the kubelet asks an agent, {@code /healthz} and {@code /readyz}, answered by status 200 or
 * 503, and {@code /metrics} for Prometheus. On the loopback only, as the agent is in the network of
 * its node.
 */
final class AgentHealth implements AutoCloseable {
    private static final System.Logger LOG = System.getLogger(AgentHealth.class.getName());
    private static final int NO_BODY = -1;

    /** The agent answers between two of its rounds. */
    private static final long METRICS_SECONDS = 10;

    private static final ExpositionFormats FORMATS = ExpositionFormats.init();

    private final HttpServer server;

    private AgentHealth(HttpServer server) {
        this.server = server;
    }

    /**
     * Answers until closed.
     *
     * @param alive whether the agent works at all
     * @param ready whether it knows what holds
     * @param metrics what it counted
     * @throws BadInputException if the port is not to be had
     */
    static AgentHealth serve(
            int port,
            BooleanSupplier alive,
            BooleanSupplier ready,
            Supplier<Future<MetricSnapshots>> metrics)
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
        server.createContext("/metrics", exchange -> answer(exchange, metrics.get()));
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

    private static void answer(HttpExchange exchange, Future<MetricSnapshots> metrics)
            throws IOException {
        try (exchange) {
            MetricSnapshots told;
            try {
                told = metrics.get(METRICS_SECONDS, TimeUnit.SECONDS);
            } catch (ExecutionException | TimeoutException | InterruptedException e) {
                LOG.log(Level.WARNING, "metrics cannot be told: " + e);
                exchange.sendResponseHeaders(HttpURLConnection.HTTP_UNAVAILABLE, NO_BODY);
                return;
            }
            ExpositionFormatWriter writer =
                    FORMATS.findWriter(exchange.getRequestHeaders().getFirst("Accept"));
            ByteArrayOutputStream page = new ByteArrayOutputStream();
            writer.write(page, told);
            exchange.getResponseHeaders().set("Content-Type", writer.getContentType());
            exchange.sendResponseHeaders(HttpURLConnection.HTTP_OK, page.size());
            page.writeTo(exchange.getResponseBody());
        }
    }
}
