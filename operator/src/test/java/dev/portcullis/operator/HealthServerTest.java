// SPDX-License-Identifier: Apache-2.0
package dev.portcullis.operator;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.net.HttpURLConnection;
import java.net.URI;
import java.util.concurrent.atomic.AtomicBoolean;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class HealthServerTest {
    @ParameterizedTest
    @CsvSource({
        "/healthz, false, 200",
        "/healthz, true, 200",
        "/readyz, false, 503",
        "/readyz, true, 200",
        "/other, true, 404",
    })
    void theProcessLivesBeforeItIsReady(String path, boolean ready, int code) throws IOException {
        AtomicBoolean state = new AtomicBoolean(ready);
        try (HealthServer server = new HealthServer(0, state::get)) {
            HttpURLConnection connection =
                    (HttpURLConnection)
                            URI.create("http://127.0.0.1:" + server.port() + path)
                                    .toURL()
                                    .openConnection();
            assertThat(connection.getResponseCode()).isEqualTo(code);
            connection.disconnect();
        }
    }
}
