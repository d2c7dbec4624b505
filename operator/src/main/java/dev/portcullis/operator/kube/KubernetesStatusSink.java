// SPDX-License-Identifier: Apache-2.0
package dev.portcullis.operator.kube;

import dev.portcullis.operator.status.StatusSink;
import dev.portcullis.operator.view.NodeView;
import dev.portcullis.operator.view.PolicyKey;
import io.fabric8.kubernetes.api.model.GenericKubernetesResource;
import io.fabric8.kubernetes.api.model.ObjectMetaBuilder;
import io.fabric8.kubernetes.client.KubernetesClient;
import io.fabric8.kubernetes.client.KubernetesClientException;
import io.fabric8.kubernetes.client.dsl.Resource;
import io.fabric8.kubernetes.client.dsl.base.PatchContext;
import io.fabric8.kubernetes.client.dsl.base.PatchType;
import io.fabric8.kubernetes.client.dsl.base.ResourceDefinitionContext;
import java.net.HttpURLConnection;
import java.util.LinkedHashMap;
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
        Map<String, Object> metadata = new LinkedHashMap<>();
        metadata.put("name", policy.name());
        if (!policy.namespace().isEmpty()) {
            metadata.put("namespace", policy.namespace());
        }
        metadata.put("uid", uid);
        ResourceDefinitionContext definition = Resources.ofKind(policy.kind());
        resource(definition, policy.namespace(), policy.name())
                .subresource("status")
                .patch(serverSide(), json(definition, metadata, Map.of("status", status)));
    }

    @Override
    public void writeNode(NodeView node, Map<String, Object> status) {
        try {
            applyStatus(node, status);
        } catch (KubernetesClientException e) {
            if (e.getCode() != HttpURLConnection.HTTP_NOT_FOUND) {
                throw e;
            }
            create(node);
            applyStatus(node, status);
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

    private void applyStatus(NodeView node, Map<String, Object> status) {
        resource(Resources.PORTCULLIS_NODE, "", node.name())
                .subresource("status")
                .patch(
                        serverSide(),
                        json(
                                Resources.PORTCULLIS_NODE,
                                Map.of("name", node.name()),
                                Map.of("status", status)));
    }

    /** Owned by its Node, so that Kubernetes deletes both together. */
    private void create(NodeView node) {
        Map<String, Object> owner =
                Map.of("apiVersion", "v1", "kind", "Node", "name", node.name(), "uid", node.uid());
        Map<String, Object> metadata =
                Map.of("name", node.name(), "ownerReferences", List.of(owner));
        resource(Resources.PORTCULLIS_NODE, "", node.name())
                .patch(serverSide(), json(Resources.PORTCULLIS_NODE, metadata, Map.of()));
    }

    /** By an item at hand: by its name alone, the client would get it from the server first. */
    private Resource<GenericKubernetesResource> resource(
            ResourceDefinitionContext definition, String namespace, String name) {
        GenericKubernetesResource item = new GenericKubernetesResource();
        item.setApiVersion(Resources.API_VERSION);
        item.setKind(definition.getKind());
        item.setMetadata(new ObjectMetaBuilder().withName(name).build());
        var resources = client.genericKubernetesResources(definition);
        if (namespace.isEmpty()) {
            return resources.resource(item);
        }
        item.getMetadata().setNamespace(namespace);
        return resources.inNamespace(namespace).resource(item);
    }

    private String json(
            ResourceDefinitionContext definition,
            Map<String, Object> metadata,
            Map<String, Object> more) {
        Map<String, Object> object = new LinkedHashMap<>();
        object.put("apiVersion", Resources.API_VERSION);
        object.put("kind", definition.getKind());
        object.put("metadata", metadata);
        object.putAll(more);
        return client.getKubernetesSerialization().asJson(object);
    }

    private static PatchContext serverSide() {
        PatchContext context = PatchContext.of(PatchType.SERVER_SIDE_APPLY);
        context.setFieldManager(FIELD_MANAGER);
        context.setForce(true);
        return context;
    }
}
