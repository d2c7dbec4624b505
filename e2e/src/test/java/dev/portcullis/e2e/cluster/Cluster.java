// SPDX-License-Identifier: Apache-2.0
package dev.portcullis.e2e.cluster;

import io.fabric8.kubernetes.api.model.NamespaceBuilder;
import io.fabric8.kubernetes.api.model.Pod;
import io.fabric8.kubernetes.client.Config;
import io.fabric8.kubernetes.client.ConfigBuilder;
import io.fabric8.kubernetes.client.KubernetesClient;
import io.fabric8.kubernetes.client.KubernetesClientBuilder;
import java.util.Comparator;
import java.util.List;
import java.util.Map;

/** The cluster of KUBECONFIG. */
final class Cluster {
    /** Where the manifest puts the product. */
    static final String PORTCULLIS = "portcullis";

    /** An emulated node that is busy takes more than the usual 10 s to begin an exec. */
    private static final int PATIENCE_MILLISECONDS = 120_000;

    private static final KubernetesClient CLIENT =
            new KubernetesClientBuilder()
                    .withConfig(
                            new ConfigBuilder(Config.autoConfigure(null))
                                    .withRequestTimeout(PATIENCE_MILLISECONDS)
                                    .withConnectionTimeout(PATIENCE_MILLISECONDS)
                                    .build())
                    .build();
    private static final String NODE = enforcer().getSpec().getNodeName();

    private Cluster() {}

    static KubernetesClient client() {
        return CLIENT;
    }

    /** The node that the tests' pods run on. */
    static String node() {
        return NODE;
    }

    /** The enforcer's pod, of that node. */
    static Pod enforcer() {
        List<Pod> pods =
                CLIENT.pods()
                        .inNamespace(PORTCULLIS)
                        .withLabel("app.kubernetes.io/name", "portcullis-enforcer")
                        .list()
                        .getItems();
        return pods.stream()
                .sorted(Comparator.comparing(pod -> pod.getSpec().getNodeName()))
                .findFirst()
                .orElseThrow(() -> new AssertionError("no enforcer runs in this cluster"));
    }

    static void createNamespace(String name, Map<String, String> labels) {
        CLIENT.resource(
                        new NamespaceBuilder()
                                .withNewMetadata()
                                .withName(name)
                                .withLabels(labels)
                                .endMetadata()
                                .build())
                .create();
    }
}
