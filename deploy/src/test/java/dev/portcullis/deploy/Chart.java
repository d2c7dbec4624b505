// SPDX-License-Identifier: Apache-2.0
package dev.portcullis.deploy;

import com.marcnuri.helm.Helm;
import com.marcnuri.helm.LintResult;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.snakeyaml.engine.v2.api.Load;
import org.snakeyaml.engine.v2.api.LoadSettings;

/** The chart as Helm reads it. */
final class Chart {
    static final Path FOLDER = Path.of("chart");
    static final String NAMESPACE = "portcullis";

    private Chart() {}

    /**
     * What {@code helm template} prints.
     *
     * @param kubernetes version of the API server
     * @param values YAML that goes over the chart's own values
     * @throws IllegalStateException with what Helm says is wrong
     */
    static String render(String kubernetes, String namespace, String values) throws IOException {
        Path file = Files.createTempFile("values", ".yaml");
        try {
            Files.writeString(file, values);
            return new Helm(FOLDER)
                    .template()
                    .withName("portcullis")
                    .withNamespace(namespace)
                    .withKubeVersion(kubernetes)
                    .withValuesFile(file)
                    .call();
        } finally {
            Files.delete(file);
        }
    }

    /** The objects in it, in their order. */
    static List<Map<?, ?>> objects(String kubernetes, String namespace, String values)
            throws IOException {
        List<Map<?, ?>> objects = new ArrayList<>();
        yaml().loadAllFromString(render(kubernetes, namespace, values))
                .forEach(object -> objects.add((Map<?, ?>) object));
        return objects;
    }

    static LintResult lint(Path folder) {
        return new Helm(folder).lint().strict().call();
    }

    static Object parse(String yaml) {
        return yaml().loadFromString(yaml);
    }

    private static Load yaml() {
        return new Load(LoadSettings.builder().build());
    }
}
