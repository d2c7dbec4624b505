// SPDX-License-Identifier: Apache-2.0
package dev.portcullis.operator.watch;

import dev.portcullis.operator.serve.NodePods;
import dev.portcullis.operator.serve.TokenReviews;
import dev.portcullis.operator.view.PodView;
import io.fabric8.kubernetes.client.KubernetesClient;
import io.fabric8.kubernetes.client.KubernetesClientException;
import java.util.Optional;

/** Finds pods in the watch's store, and those that are too new for it at the API server. */
public final class PodFinder implements NodePods {
    private final ClusterWatch watch;
    private final KubernetesClient client;
    private final String namespace;

    /** Finds the pods of one namespace. */
    public PodFinder(ClusterWatch watch, KubernetesClient client, String namespace) {
        this.watch = watch;
        this.client = client;
        this.namespace = namespace;
    }

    @Override
    public Optional<PodView> find(String name) throws TokenReviews.UnavailableException {
        Optional<PodView> known = watch.pod(namespace, name).filter(pod -> !pod.node().isEmpty());
        if (known.isPresent()) {
            return known;
        }
        try {
            return Optional.ofNullable(client.pods().inNamespace(namespace).withName(name).get())
                    .map(Views::pod);
        } catch (KubernetesClientException e) {
            throw new TokenReviews.UnavailableException("pod " + name, e);
        }
    }
}
