// SPDX-License-Identifier: Apache-2.0
package dev.portcullis.cli;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.prometheus.metrics.model.snapshots.GaugeSnapshot;
import io.prometheus.metrics.model.snapshots.MetricSnapshots;
import java.io.IOException;
import java.net.HttpURLConnection;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import org.junit.jupiter.api.Test;

class AgentHealthTest {
    private final AtomicBoolean alive = new AtomicBoolean(true);
    private final AtomicBoolean ready = new AtomicBoolean();
    private final CompletableFuture<MetricSnapshots> metrics = new CompletableFuture<>();

    private AgentHealth serve(int port) throws IOException {
        return AgentHealth.serve(port, alive::get, ready::get, () -> metrics);
    }

    @Test
    void answersWhatIsSoJustNow() throws Exception {
        try (AgentHealth health = serve(0)) {
            assertThat(status(health, "healthz")).isEqualTo(200);
            assertThat(status(health, "readyz")).isEqualTo(503);
            ready.set(true);
            alive.set(false);
            assertThat(status(health, "healthz")).isEqualTo(503);
            assertThat(status(health, "readyz")).isEqualTo(200);
        }
    }

    @Test
    void takenPortIsToldWithTheCure() throws Exception {
        try (AgentHealth health = serve(0)) {
            assertThatThrownBy(() -> serve(health.port()))
                    .isInstanceOf(BadInputException.class)
                    .hasMessageContaining("127.0.0.1:" + health.port())
                    .hasMessageContaining("--health-port");
        }
    }

    @Test
    void metricsAreOnePageForPrometheus() throws Exception {
        metrics.complete(
                MetricSnapshots.of(
                        GaugeSnapshot.builder()
                                .name("some_thing")
                                .dataPoint(
                                        GaugeSnapshot.GaugeDataPointSnapshot.builder()
                                                .value(3)
                                                .build())
                                .build()));
        try (AgentHealth health = serve(0)) {
            HttpURLConnection connection = open(health, "metrics");
            assertThat(connection.getContentType()).startsWith("text/plain; version=0.0.4");
            assertThat(connection.getInputStream())
                    .asString(StandardCharsets.UTF_8)
                    .contains("some_thing 3.0\n");
        }
    }

    @Test
    void withoutMetricsTheAnswerSaysSo() throws Exception {
        metrics.completeExceptionally(new IllegalStateException("for the test"));
        try (AgentHealth health = serve(0)) {
            assertThat(status(health, "metrics")).isEqualTo(503);
        }
    }

    @Test
    void busyAgentIsStillAskedAfterItsHealth() throws Exception {
        CountDownLatch asked = new CountDownLatch(1);
        try (AgentHealth health =
                        AgentHealth.serve(
                                0,
                                alive::get,
                                ready::get,
                                () -> {
                                    asked.countDown();
                                    return metrics;
                                });
                ExecutorService other = Executors.newSingleThreadExecutor()) {
            Future<Integer> first = other.submit(() -> status(health, "metrics"));
            assertThat(asked.await(60, TimeUnit.SECONDS)).isTrue();
            assertThat(status(health, "metrics")).isEqualTo(503);
            assertThat(status(health, "healthz")).isEqualTo(200);
            assertThat(first.isDone()).isFalse();
            metrics.complete(new MetricSnapshots());
            assertThat(first.get(60, TimeUnit.SECONDS)).isEqualTo(200);
        }
    }

    private static HttpURLConnection open(AgentHealth health, String path) throws Exception {
        return (HttpURLConnection)
                URI.create("http://127.0.0.1:" + health.port() + "/" + path)
                        .toURL()
                        .openConnection();
    }

    private static int status(AgentHealth health, String path) throws Exception {
        HttpURLConnection connection = open(health, path);
        try {
            return connection.getResponseCode();
        } finally {
            connection.disconnect();
        }
    }
}
