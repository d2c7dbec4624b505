// SPDX-License-Identifier: Apache-2.0
package dev.portcullis.operator.kube;

import dev.portcullis.operator.status.StatusSink;
import dev.portcullis.operator.view.NodeView;
import dev.portcullis.operator.view.PolicyKey;
import io.fabric8.kubernetes.api.model.GenericKubernetesResource;
import io.fabric8.kubernetes.client.KubernetesClient;
import io.fabric8.kubernetes.client.KubernetesClientException;
import io.fabric8.kubernetes.client.dsl.Resource;
import io.fabric8.kubernetes.client.dsl.base.PatchContext;
import io.fabric8.kubernetes.client.dsl.base.PatchType;
import java.net.HttpURLConnection;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Collectors;

/** Writes status to the API server, by server-side apply. */
public final class KubernetesStatusSink implements StatusSink {
    private static final String FIELD_MANAGER = "portcullis-operator";

    private final KubernetesClient client;

    public KubernetesStatusSink(KubernetesClient client) {
        this.client = client;
    }

    @Override
    public void writePolicy(PolicyKey policy, String uid, Map<String, Object> status) {
        Map<String, Object> metadata =
                policy.namespace().isEmpty()
                        ? Map.of("name", policy.name(), "uid", uid)
                        : Map.of(
                                "name", policy.name(), "namespace", policy.namespace(), "uid", uid);
        var resources = client.genericKubernetesResources(Resources.ofKind(policy.kind()));
        apply(
                policy.namespace().isEmpty()
                        ? resources.withName(policy.name())
                        : resources.inNamespace(policy.namespace()).withName(policy.name()),
                policy.kind(),
                metadata,
                status);
    }

    @Override
    public void writeNode(NodeView node, Map<String, Object> status) {
        Map<String, Object> metadata = Map.of("name", node.name());
        Resource<GenericKubernetesResource> resource = resource(node.name());
        try {
            apply(resource, "PortcullisNode", metadata, status);
        } catch (KubernetesClientException e) {
            if (e.getCode() != HttpURLConnection.HTTP_NOT_FOUND) {
                throw e;
            }
            create(node);
            apply(resource, "PortcullisNode", metadata, status);
        }
    }

    @Override
    public Set<String> nodes() {
        return client
                .genericKubernetesResources(Resources.PORTCULLIS_NODE)
                .list()
                .getItems()
                .stream()
                .map(node -> node.getMetadata().getName())
                .collect(Collectors.toSet());
    }

    /** Owned by its Node, so that Kubernetes deletes both together. */
    private void create(NodeView node) {
        Map<String, Object> owner =
                Map.of("apiVersion", "v1", "kind", "Node", "name", node.name(), "uid", node.uid());
        resource(node.name())
                .patch(
                        serverSide(),
                        client.getKubernetesSerialization()
                                .asJson(
                                        Map.of(
                                                "apiVersion",
                                                Resources.API_VERSION,
                                                "kind",
                                                "PortcullisNode",
                                                "metadata",
                                                Map.of(
                                                        "name",
                                                        node.name(),
                                                        "ownerReferences",
                                                        List.of(owner)))));
    }

    private Resource<GenericKubernetesResource> resource(String node) {
        return client.genericKubernetesResources(Resources.PORTCULLIS_NODE).withName(node);
    }

    private void apply(
            Resource<GenericKubernetesResource> resource,
            String kind,
            Map<String, Object> metadata,
            Map<String, Object> status) {
        resource.subresource("status")
                .patch(
                        serverSide(),
                        client.getKubernetesSerialization()
                                .asJson(
                                        Map.of(
                                                "apiVersion",
                                                Resources.API_VERSION,
                                                "kind",
                                                kind,
                                                "metadata",
                                                metadata,
                                                "status",
                                                status)));
    }

    private static PatchContext serverSide() {
        PatchContext context = PatchContext.of(PatchType.SERVER_SIDE_APPLY);
        context.setFieldManager(FIELD_MANAGER);
        context.setForce(true);
        return context;
    }
}
