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
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.Semaphore;
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

    /** One for what waits for the agent, and one for what does not. */
    private static final int THREADS = 2;

    private final HttpServer server;
    private final ExecutorService threads =
            Executors.newFixedThreadPool(
                    THREADS,
                    task -> Thread.ofPlatform().name("health").daemon(true).unstarted(task));

    /**
     * Who has it may wait for the agent, so that a busy one keeps nobody from asking after its
     * health.
     */
    private final Semaphore waiting = new Semaphore(1);

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
        AgentHealth health = new AgentHealth(server);
        server.setExecutor(health.threads);
        server.createContext("/healthz", exchange -> answer(exchange, alive.getAsBoolean()));
        server.createContext("/readyz", exchange -> answer(exchange, ready.getAsBoolean()));
        server.createContext("/metrics", exchange -> health.answerMetrics(exchange, metrics));
        server.start();
        return health;
    }

    int port() {
        return server.getAddress().getPort();
    }

    @Override
    public void close() {
        server.stop(0);
        threads.shutdownNow();
    }

    private static void answer(HttpExchange exchange, boolean well) throws IOException {
        try (exchange) {
            exchange.sendResponseHeaders(
                    well ? HttpURLConnection.HTTP_OK : HttpURLConnection.HTTP_UNAVAILABLE, NO_BODY);
        }
    }

    private void answerMetrics(HttpExchange exchange, Supplier<Future<MetricSnapshots>> metrics)
            throws IOException {
        if (!waiting.tryAcquire()) {
            answer(exchange, false);
            return;
        }
        try {
            answer(exchange, metrics.get().get(METRICS_SECONDS, TimeUnit.SECONDS));
        } catch (ExecutionException | TimeoutException | InterruptedException e) {
            LOG.log(Level.WARNING, "metrics cannot be told: " + e);
            answer(exchange, false);
        } finally {
            exchange.close();
            waiting.release();
        }
    }

    private static void answer(HttpExchange exchange, MetricSnapshots metrics) throws IOException {
        ExpositionFormatWriter writer =
                FORMATS.findWriter(exchange.getRequestHeaders().getFirst("Accept"));
        ByteArrayOutputStream page = new ByteArrayOutputStream();
        writer.write(page, metrics);
        exchange.getResponseHeaders().set("Content-Type", writer.getContentType());
        exchange.sendResponseHeaders(HttpURLConnection.HTTP_OK, page.size());
        page.writeTo(exchange.getResponseBody());
    }
}
