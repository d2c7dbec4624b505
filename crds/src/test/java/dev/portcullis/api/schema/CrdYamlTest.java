// SPDX-License-Identifier: Apache-2.0
package dev.portcullis.api.schema;

import static org.assertj.core.api.Assertions.assertThat;

import io.fabric8.kubernetes.api.model.apiextensions.v1.CustomResourceDefinition;
import io.fabric8.kubernetes.api.model.apiextensions.v1.JSONSchemaProps;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import java.util.TreeMap;
import org.junit.jupiter.api.Test;

class CrdYamlTest {
    private static final Path COMMITTED = Path.of("../deploy/chart/definitions");

    /** {@code make manifests} runs this test with the property set. */
    @Test
    void committedDefinitionsAreThoseOfTheRecords() throws IOException {
        Map<String, String> made = CrdYaml.files();
        if (System.getProperty("portcullis.update") != null) {
            for (Map.Entry<String, String> file : made.entrySet()) {
                Path target = COMMITTED.resolve(file.getKey());
                Files.createDirectories(target.getParent());
                Files.writeString(target, file.getValue());
            }
        }
        Map<String, String> committed = new TreeMap<>();
        for (String folder : new String[] {"", CrdYaml.CEL_FOLDER}) {
            try (var files = Files.newDirectoryStream(COMMITTED.resolve(folder), "*.yaml")) {
                for (Path file : files) {
                    committed.put(folder + file.getFileName(), Files.readString(file));
                }
            }
        }
        assertThat(committed.keySet())
                .as("deploy/chart/definitions, which `make manifests` writes")
                .isEqualTo(made.keySet());
        made.forEach((name, yaml) ->
                assertThat(committed.get(name))
                        .as("deploy/chart/definitions/" + name + ", which `make manifests` writes")
                        .isEqualTo(yaml));
    }

    /** What kubectl explain shows. */
    @Test
    void everyFieldIsDescribed() {
        for (CustomResourceDefinition crd : CrdYaml.definitions(false)) {
            JSONSchemaProps root =
                    crd.getSpec().getVersions().getFirst().getSchema().getOpenAPIV3Schema();
            assertDescribed(crd.getSpec().getNames().getKind(), root);
        }
    }

    private static void assertDescribed(String path, JSONSchemaProps schema) {
        assertThat(schema.getDescription()).as(path).isNotBlank();
        JSONSchemaProps fields = schema.getItems() == null ? schema : schema.getItems().getSchema();
        fields.getProperties().forEach((name, field) -> assertDescribed(path + "." + name, field));
    }

    /** API servers before 1.25 know no CEL, and old clients refuse what they do not know. */
    @Test
    void onlyThoseForNewApiServersHaveCel() {
        CrdYaml.files()
                .forEach((name, yaml) ->
                        assertThat(yaml.contains("x-kubernetes-validations"))
                                .as(name)
                                .isEqualTo(
                                        name.startsWith(CrdYaml.CEL_FOLDER)
                                                && name.endsWith("policies.yaml")));
    }
}
