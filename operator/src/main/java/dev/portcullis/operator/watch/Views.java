// SPDX-License-Identifier: Apache-2.0
package dev.portcullis.operator.watch;

import dev.portcullis.operator.view.NamespaceView;
import dev.portcullis.operator.view.NodeView;
import dev.portcullis.operator.view.PodView;
import io.fabric8.kubernetes.api.model.Container;
import io.fabric8.kubernetes.api.model.ContainerStatus;
import io.fabric8.kubernetes.api.model.EphemeralContainer;
import io.fabric8.kubernetes.api.model.Namespace;
import io.fabric8.kubernetes.api.model.Node;
import io.fabric8.kubernetes.api.model.ObjectMeta;
import io.fabric8.kubernetes.api.model.Pod;
import io.fabric8.kubernetes.api.model.PodStatus;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.regex.Pattern;
import java.util.stream.Stream;

/** Makes views of Kubernetes' own objects. */
final class Views {
    private static final String MIRROR = "kubernetes.io/config.mirror";
    private static final String HASH = "kubernetes.io/config.hash";
    private static final Pattern HASH_TEXT = Pattern.compile("[0-9a-f]{32}");

    private Views() {}

    static PodView pod(Pod pod) {
        ObjectMeta metadata = pod.getMetadata();
        return new PodView(
                metadata.getUid(),
                cgroupUid(metadata),
                metadata.getNamespace(),
                metadata.getName(),
                orEmpty(metadata.getLabels()),
                Objects.requireNonNullElse(pod.getSpec().getNodeName(), ""),
                Stream.of(
                                pod.getSpec().getInitContainers().stream().map(Container::getName),
                                pod.getSpec().getContainers().stream().map(Container::getName),
                                pod.getSpec().getEphemeralContainers().stream()
                                        .map(EphemeralContainer::getName))
                        .flatMap(names -> names)
                        .toList(),
                finished(pod.getStatus()),
                Objects.requireNonNullElse(metadata.getCreationTimestamp(), ""));
    }

    static NamespaceView namespace(Namespace namespace) {
        ObjectMeta metadata = namespace.getMetadata();
        return new NamespaceView(
                metadata.getName(),
                orEmpty(metadata.getLabels()),
                orEmpty(metadata.getAnnotations()).getOrDefault(NamespaceView.BREAK_GLASS, ""));
    }

    static NodeView node(Node node) {
        boolean ready =
                node.getStatus() != null
                        && node.getStatus().getConditions().stream()
                                .anyMatch(condition ->
                                        "Ready".equals(condition.getType())
                                                && "True".equals(condition.getStatus()));
        return new NodeView(node.getMetadata().getName(), node.getMetadata().getUid(), ready);
    }

    /**
     * Only a mirror pod has another name for its cgroup. Anybody may write the hash's annotation on
     * a pod of their own, and would take it out of reach of every policy; but what has the mirror's
     * annotation is never run by a kubelet as a pod of its own.
     */
    private static String cgroupUid(ObjectMeta metadata) {
        Map<String, String> annotations = orEmpty(metadata.getAnnotations());
        String hash = annotations.getOrDefault(HASH, "");
        return annotations.containsKey(MIRROR) && HASH_TEXT.matcher(hash).matches()
                ? hash
                : metadata.getUid();
    }

    /** The phase alone does not do: it can be set while a container still runs. */
    private static boolean finished(PodStatus status) {
        if (status == null
                || !("Succeeded".equals(status.getPhase()) || "Failed".equals(status.getPhase()))) {
            return false;
        }
        return Stream.of(
                        status.getInitContainerStatuses(),
                        status.getContainerStatuses(),
                        status.getEphemeralContainerStatuses())
                .flatMap(statuses -> statuses.stream())
                .map(ContainerStatus::getState)
                .allMatch(state -> state == null || state.getRunning() == null);
    }

    private static Map<String, String> orEmpty(Map<String, String> map) {
        return Optional.ofNullable(map).orElse(Map.of());
    }
}
