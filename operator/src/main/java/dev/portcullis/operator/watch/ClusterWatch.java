// SPDX-License-Identifier: Apache-2.0
package dev.portcullis.operator.watch;

import dev.portcullis.operator.kube.Resources;
import dev.portcullis.operator.view.ClusterView;
import dev.portcullis.operator.view.NamespaceView;
import dev.portcullis.operator.view.NodeView;
import dev.portcullis.operator.view.PodView;
import dev.portcullis.operator.view.PolicyView;
import io.fabric8.kubernetes.api.model.GenericKubernetesResource;
import io.fabric8.kubernetes.api.model.HasMetadata;
import io.fabric8.kubernetes.api.model.Namespace;
import io.fabric8.kubernetes.api.model.Node;
import io.fabric8.kubernetes.api.model.ObjectMeta;
import io.fabric8.kubernetes.api.model.Pod;
import io.fabric8.kubernetes.client.KubernetesClient;
import io.fabric8.kubernetes.client.dsl.Informable;
import io.fabric8.kubernetes.client.informers.SharedIndexInformer;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CompletionStage;
import java.util.function.BiPredicate;
import java.util.function.Function;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Watches all that the operator has to know of the cluster. */
public final class ClusterWatch implements AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger(ClusterWatch.class);

    /** Objects in one answer of the API server, which bounds what a large list takes at once. */
    private static final long PAGE = 500;

    private final Runnable onChange;
    private final List<SharedIndexInformer<?>> informers = new ArrayList<>();
    private final ViewStore<Pod, PodView> pods;
    private final ViewStore<Namespace, NamespaceView> namespaces;
    private final ViewStore<Node, NodeView> nodes;
    private final ViewStore<GenericKubernetesResource, PolicyView> policies;
    private final ViewStore<GenericKubernetesResource, PolicyView> clusterPolicies;

    /**
     * A watch that is not started.
     *
     * @param onChange run after every change that can matter; must not block
     */
    public ClusterWatch(KubernetesClient client, Runnable onChange) {
        this.onChange = onChange;
        pods =
                watch(
                        client.pods().inAnyNamespace(),
                        (pod, before) -> Views.pod(pod),
                        metadata -> shell(new Pod(), metadata),
                        PodView::equals);
        namespaces =
                watch(
                        client.namespaces(),
                        (namespace, before) -> Views.namespace(namespace),
                        metadata -> shell(new Namespace(), metadata),
                        NamespaceView::equals);
        nodes =
                watch(
                        client.nodes(),
                        (node, before) -> Views.node(node),
                        metadata -> shell(new Node(), metadata),
                        NodeView::equals);
        PolicyReader reader = new PolicyReader();
        policies =
                watch(
                        client.genericKubernetesResources(Resources.SECURITY_POLICY)
                                .inAnyNamespace(),
                        reader::read,
                        metadata -> shell(new GenericKubernetesResource(), metadata),
                        PolicyReader::same);
        clusterPolicies =
                watch(
                        client.genericKubernetesResources(Resources.CLUSTER_SECURITY_POLICY),
                        reader::read,
                        metadata -> shell(new GenericKubernetesResource(), metadata),
                        PolicyReader::same);
    }

    /** Begins. The API server may be away, and the definitions of the resources may come later. */
    public void start() {
        for (SharedIndexInformer<?> informer : informers) {
            CompletionStage<Void> started = informer.start();
            started.exceptionally(error -> {
                // Only when it is closed before it has begun; else the handler below says go on.
                LOG.warn(
                        "watching {}: {}",
                        informer.getApiTypeClass().getSimpleName(),
                        error.toString());
                return null;
            });
        }
    }

    /** Whether everything that was there at the start has been seen. */
    public boolean synced() {
        return informers.stream().allMatch(SharedIndexInformer::hasSynced);
    }

    /** The cluster as far as it is known now. */
    public ClusterView view() {
        List<PolicyView> all =
                Stream.concat(policies.views().stream(), clusterPolicies.views().stream())
                        .sorted(Comparator.comparing(PolicyView::key))
                        .toList();
        return new ClusterView(
                pods.views(),
                byName(namespaces.views(), NamespaceView::name),
                byName(nodes.views(), NodeView::name),
                all);
    }

    /** One pod, if it is known. */
    public Optional<PodView> pod(String namespace, String name) {
        return Optional.ofNullable(pods.view(namespace + "/" + name));
    }

    @Override
    public void close() {
        informers.forEach(SharedIndexInformer::close);
    }

    private <T extends HasMetadata, V> ViewStore<T, V> watch(
            Informable<T> source,
            ViewStore.Reader<T, V> reader,
            ViewStore.Shell<T> shell,
            BiPredicate<V, V> same) {
        ViewStore<T, V> store = new ViewStore<>(reader, shell, same, onChange);
        informers.add(
                source.withLimit(PAGE)
                        .runnableInformer(0)
                        .itemStore(store)
                        .exceptionHandler((started, error) -> {
                            LOG.warn("watching: {}; trying again", error.toString());
                            return true;
                        }));
        return store;
    }

    private static <T extends HasMetadata> T shell(T empty, ObjectMeta metadata) {
        empty.setMetadata(metadata);
        return empty;
    }

    private static <V> Map<String, V> byName(List<V> views, Function<V, String> name) {
        return views.stream().collect(Collectors.toMap(name, view -> view));
    }
}
