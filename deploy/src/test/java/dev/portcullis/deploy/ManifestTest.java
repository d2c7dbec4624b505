// SPDX-License-Identifier: Apache-2.0
package dev.portcullis.deploy;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import java.util.Objects;
import org.junit.jupiter.api.Test;

/** The one manifest for who has no Helm. */
class ManifestTest {
    private static final Path COMMITTED = Path.of("portcullis.yaml");

    /** {@code make manifests} runs this test with the property set. */
    @Test
    void committedManifestIsWhatTheChartRenders() throws IOException {
        Map<?, ?> chart =
                (Map<?, ?>) Chart.parse(Files.readString(Chart.FOLDER.resolve("Chart.yaml")));
        String version = (String) Objects.requireNonNull(chart.get("appVersion"));
        String made =
                """
                # SPDX-License-Identifier: Apache-2.0
                # Portcullis %s, for Kubernetes 1.20 and newer: kubectl apply -f portcullis.yaml
                # Rendered from chart/ by `make manifests`; edit that.
                """
                                .formatted(version)
                        + Chart.render("1.20.0", Chart.NAMESPACE, "namespace: {create: true}");
        if (System.getProperty("portcullis.update") != null) {
            Files.writeString(COMMITTED, made);
        }
        assertThat(Files.readString(COMMITTED))
                .as("deploy/portcullis.yaml, which `make manifests` writes")
                .isEqualTo(made);
    }
}
