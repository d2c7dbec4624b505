// SPDX-License-Identifier: Apache-2.0
package dev.portcullis.api.schema;

import com.fasterxml.jackson.databind.ObjectMapper;
import io.fabric8.crdv2.generator.CRDGenerator;
import io.fabric8.crdv2.generator.CRDPostProcessor;
import io.fabric8.kubernetes.api.model.HasMetadata;
import io.fabric8.kubernetes.api.model.apiextensions.v1.CustomResourceDefinition;
import io.fabric8.kubernetes.client.utils.KubernetesSerialization;
import io.fabric8.kubernetes.client.utils.YamlDumpSettingsBuilder;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.net.URI;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/** The CustomResourceDefinitions as YAML. */
final class CrdYaml {
    private static final String HEADER =
            """
            # SPDX-License-Identifier: Apache-2.0
            # Generated from the records in crds/src/main/java by `make manifests`; edit those.
            """;

    /** Where those with CEL are, from the folder of the others. */
    static final String CEL_FOLDER = "cel/";

    private static final KubernetesSerialization YAML =
            new KubernetesSerialization(
                    new ObjectMapper(),
                    false,
                    new YamlDumpSettingsBuilder().setMinimizeQuotes(true).build());

    private CrdYaml() {}

    /** File contents by file name: for API servers from 1.20 on, and with CEL from 1.25 on. */
    static Map<String, String> files() {
        Map<String, String> files = new TreeMap<>();
        for (boolean cel : new boolean[] {false, true}) {
            for (CustomResourceDefinition crd : definitions(cel)) {
                String name = crd.getSpec().getNames().getPlural() + ".yaml";
                files.put((cel ? CEL_FOLDER : "") + name, HEADER + YAML.asYaml(crd));
            }
        }
        return files;
    }

    /** The definitions, with or without CEL. */
    static List<CustomResourceDefinition> definitions(boolean cel) {
        List<CustomResourceDefinition> made = new ArrayList<>();
        new CRDGenerator()
                .forCRDVersions("v1")
                .withParallelGenerationEnabled(false)
                .withOutput(new Nowhere())
                .withPostProcessor(
                        new CRDPostProcessor() {
                            @Override
                            public HasMetadata process(HasMetadata crd, String version) {
                                var definition = (CustomResourceDefinition) crd;
                                Finish.of(definition, cel);
                                made.add(definition);
                                return definition;
                            }
                        })
                .customResourceClasses(List.copyOf(Resources.CLASSES.values()))
                .detailedGenerate();
        return made;
    }

    /** What the generator would write is of no use: it is not finished. */
    private static final class Nowhere implements CRDGenerator.CRDOutput<ByteArrayOutputStream> {
        @Override
        public ByteArrayOutputStream outputFor(String crdName) {
            return new ByteArrayOutputStream();
        }

        @Override
        public URI crdURI(String crdName) {
            return URI.create("file:///" + crdName);
        }

        @Override
        public void close() throws IOException {}
    }
}
