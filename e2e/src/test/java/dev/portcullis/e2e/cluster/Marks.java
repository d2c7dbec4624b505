// SPDX-License-Identifier: Apache-2.0
package dev.portcullis.e2e.cluster;

import io.fabric8.kubernetes.api.model.Pod;
import java.util.Map;

/** What {@code /forbidden} leaves on the node when it runs. */
final class Marks {
    private static final String ALL = "/var/lib/marks";
    private static final String READER = "reader";

    private Marks() {}

    /** On the node, for the pods of a namespace. */
    static String folder(String namespace) {
        return ALL + "/" + namespace;
    }

    /** How often it ran in pods of these names' beginning. */
    static long of(String namespace, String prefix) {
        String command =
                "cat /dev/null %s/%s* 2>/dev/null | wc -l".formatted(folder(namespace), prefix);
        return Long.parseLong(read(command).strip());
    }

    /** What a pod wrote to a file of its own. */
    static String text(String namespace, String file) {
        return read("cat %s/%s 2>/dev/null || true".formatted(folder(namespace), file));
    }

    private static String read(String command) {
        if (NodeShell.available()) {
            return NodeShell.run(command);
        }
        return reader().exec(READER, "sh", "-c", command).succeeded().output();
    }

    /** A pod that sees the marks of all namespaces. */
    private static synchronized Pods reader() {
        String namespace = "portcullis-test-reader";
        Pods pods = new Pods(namespace);
        if (Cluster.client().namespaces().withName(namespace).get() == null) {
            Cluster.createNamespace(namespace, Map.of());
            Await.until(
                    "service account of " + namespace,
                    () ->
                            Cluster.client()
                                    .serviceAccounts()
                                    .inNamespace(namespace)
                                    .withName("default")
                                    .get(),
                    account -> account != null);
            Pod pod = pods.pod(READER, Pods.FREE, Pods.SLEEP);
            pod.getSpec().getVolumes().getFirst().getHostPath().setPath(ALL);
            pod.getSpec().getContainers().getFirst().getVolumeMounts().getFirst().setMountPath(ALL);
            pods.create(pod);
        }
        pods.awaitRunning(READER);
        return pods;
    }
}
