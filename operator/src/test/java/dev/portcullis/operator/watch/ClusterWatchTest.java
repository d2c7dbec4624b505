// SPDX-License-Identifier: Apache-2.0
package dev.portcullis.operator.watch;

import static dev.portcullis.operator.Fixtures.eventually;
import static org.assertj.core.api.Assertions.assertThat;

import dev.portcullis.operator.kube.Resources;
import dev.portcullis.operator.view.PodView;
import io.fabric8.kubernetes.api.model.GenericKubernetesResource;
import io.fabric8.kubernetes.api.model.NamespaceBuilder;
import io.fabric8.kubernetes.api.model.ObjectMetaBuilder;
import io.fabric8.kubernetes.api.model.Pod;
import io.fabric8.kubernetes.api.model.PodBuilder;
import io.fabric8.kubernetes.client.KubernetesClient;
import io.fabric8.kubernetes.client.server.mock.EnableKubernetesMockClient;
import java.util.Map;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** The informers against an API server that keeps objects and nothing more. */
@EnableKubernetesMockClient(crud = true)
class ClusterWatchTest {
    private final AtomicInteger changes = new AtomicInteger();
    private KubernetesClient client;
    private ClusterWatch watch;

    @AfterEach
    void close() {
        watch.close();
    }

    @Test
    void whatIsThereAtTheStartIsSeenBeforeItCallsItselfSynced() {
        client.resource(pod("web-0", "a")).create();
        client.resource(
                        new NamespaceBuilder()
                                .withNewMetadata()
                                .withName("shop")
                                .addToLabels("portcullis.dev/mode", "audit")
                                .endMetadata()
                                .build())
                .create();
        client.genericKubernetesResources(Resources.SECURITY_POLICY)
                .inNamespace("shop")
                .resource(policy("SecurityPolicy"))
                .create();
        client.genericKubernetesResources(Resources.CLUSTER_SECURITY_POLICY)
                .resource(policy("ClusterSecurityPolicy"))
                .create();

        start();

        assertThat(watch.view().pods()).extracting(PodView::node).containsExactly("a");
        assertThat(watch.view().namespace("shop").labels())
                .containsEntry("portcullis.dev/mode", "audit");
        assertThat(watch.view().policies())
                .extracting(policy -> policy.key().kind())
                .containsExactlyInAnyOrder("SecurityPolicy", "ClusterSecurityPolicy");
    }

    @Test
    void changesThatMatterAreToldAndOthersAreNot() {
        start();
        client.resource(pod("web-0", "")).create();
        eventually().untilAsserted(() -> assertThat(watch.view().pods()).hasSize(1));

        client.resource(pod("web-0", "a")).update();
        eventually()
                .untilAsserted(() ->
                        assertThat(watch.pod("shop", "web-0").orElseThrow().node()).isEqualTo("a"));
        int before = changes.get();
        client.resource(pod("web-0", "a"))
                .edit(pod ->
                        pod.edit().editMetadata().addToAnnotations("x", "y").endMetadata().build());
        client.resource(pod("web-1", "a")).create();
        eventually().untilAsserted(() -> assertThat(watch.view().pods()).hasSize(2));
        assertThat(changes).hasValue(before + 1);

        client.resource(pod("web-0", "a")).delete();
        eventually().untilAsserted(() -> assertThat(watch.pod("shop", "web-0")).isEmpty());
    }

    private void start() {
        watch = new ClusterWatch(client, changes::incrementAndGet);
        watch.start();
        eventually().until(watch::synced);
    }

    private static Pod pod(String name, String node) {
        return new PodBuilder()
                .withNewMetadata()
                .withNamespace("shop")
                .withName(name)
                .withUid("uid-" + name)
                .endMetadata()
                .withNewSpec()
                .withNodeName(node.isEmpty() ? null : node)
                .addNewContainer()
                .withName("nginx")
                .endContainer()
                .endSpec()
                .build();
    }

    private static GenericKubernetesResource policy(String kind) {
        GenericKubernetesResource policy = new GenericKubernetesResource();
        policy.setApiVersion(Resources.API_VERSION);
        policy.setKind(kind);
        policy.setMetadata(
                new ObjectMetaBuilder()
                        .withNamespace(kind.equals("SecurityPolicy") ? "shop" : null)
                        .withName("p")
                        .withUid("uid-" + kind)
                        .build());
        policy.setAdditionalProperty("spec", Map.of());
        return policy;
    }
}
