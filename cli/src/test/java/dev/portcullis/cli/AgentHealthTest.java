// SPDX-License-Identifier: Apache-2.0
package dev.portcullis.cli;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.net.HttpURLConnection;
import java.net.URI;
import java.util.concurrent.atomic.AtomicBoolean;
import org.junit.jupiter.api.Test;

class AgentHealthTest {
    private final AtomicBoolean alive = new AtomicBoolean(true);
    private final AtomicBoolean ready = new AtomicBoolean();

    @Test
    void answersWhatIsSoJustNow() throws Exception {
        try (AgentHealth health = AgentHealth.serve(0, alive::get, ready::get)) {
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
        try (AgentHealth health = AgentHealth.serve(0, alive::get, ready::get)) {
            assertThatThrownBy(() -> AgentHealth.serve(health.port(), alive::get, ready::get))
                    .isInstanceOf(BadInputException.class)
                    .hasMessageContaining("127.0.0.1:" + health.port())
                    .hasMessageContaining("--health-port");
        }
    }

    private static int status(AgentHealth health, String path) throws Exception {
        HttpURLConnection connection =
                (HttpURLConnection)
                        URI.create("http://127.0.0.1:" + health.port() + "/" + path)
                                .toURL()
                                .openConnection();
        try {
            return connection.getResponseCode();
        } finally {
            connection.disconnect();
        }
    }
}
