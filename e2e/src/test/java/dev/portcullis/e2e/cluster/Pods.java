// SPDX-License-Identifier: Apache-2.0
package dev.portcullis.e2e.cluster;

import io.fabric8.kubernetes.api.model.Container;
import io.fabric8.kubernetes.api.model.ContainerBuilder;
import io.fabric8.kubernetes.api.model.ContainerStatus;
import io.fabric8.kubernetes.api.model.Pod;
import io.fabric8.kubernetes.api.model.PodBuilder;
import io.fabric8.kubernetes.client.KubernetesClientException;
import io.fabric8.kubernetes.client.dsl.PodResource;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * The pods of a namespace. All may leave marks: {@code /forbidden} writes a line to the file that
 * its argument names, or else to {@code /marks/<pod>}.
 */
final class Pods {
    /** The label's value of pods that the tests' policies select, and of their twins. */
    static final String JUDGED = "judged";

    static final String FREE = "free";

    /** Runs until it is told to end, which it does at once, and leaves no child behind. */
    static final String[] SLEEP = {"sh", "-c", "trap 'exit 0' TERM; while :; do sleep 1; done"};

    private static final String IMAGE = "portcullis.test/attempt:local";
    private static final Set<String> ENDED = Set.of("Succeeded", "Failed");

    private final String namespace;

    Pods(String namespace) {
        this.namespace = namespace;
    }

    /** A container that runs a command. */
    static Container container(String name, String... command) {
        return new ContainerBuilder()
                .withName(name)
                .withImage(IMAGE)
                .withCommand(command)
                .addNewEnv()
                .withName("POD")
                .withNewValueFrom()
                .withNewFieldRef()
                .withFieldPath("metadata.name")
                .endFieldRef()
                .endValueFrom()
                .endEnv()
                .addNewEnv()
                .withName("MARK")
                .withValue("/marks/$(POD)")
                .endEnv()
                .addNewVolumeMount()
                .withName("marks")
                .withMountPath("/marks")
                .endVolumeMount()
                .build();
    }

    /** A pod that does not start its containers again and ends without grace; not yet created. */
    Pod pod(String name, String app, Container... containers) {
        return new PodBuilder()
                .withNewMetadata()
                .withNamespace(namespace)
                .withName(name)
                .withLabels(Map.of("app", app))
                .endMetadata()
                .withNewSpec()
                .withRestartPolicy("Never")
                .withTerminationGracePeriodSeconds(0L)
                .withAutomountServiceAccountToken(false)
                .withNodeSelector(Map.of("kubernetes.io/hostname", Cluster.node()))
                .withContainers(containers)
                .addNewVolume()
                .withName("marks")
                .withNewHostPath(Marks.folder(namespace), "DirectoryOrCreate")
                .endVolume()
                .endSpec()
                .build();
    }

    /** As above, of one container. */
    Pod pod(String name, String app, String... command) {
        return pod(name, app, container("main", command));
    }

    /**
     * The pod, to be run by another runtime than the node's default.
     *
     * @param runtime of {@link RuntimeClasses}, or empty for the default
     */
    static Pod in(String runtime, Pod pod) {
        return new PodBuilder(pod)
                .editSpec()
                .withRuntimeClassName(runtime.isEmpty() ? null : runtime)
                .endSpec()
                .build();
    }

    /** Creates a pod that only waits to be looked into, and waits until it runs. */
    String running(String name, String app) {
        create(pod(name, app, SLEEP));
        return awaitRunning(name);
    }

    String create(Pod pod) {
        Cluster.client().resource(pod).create();
        return pod.getMetadata().getName();
    }

    private PodResource resource(String name) {
        return Cluster.client().pods().inNamespace(namespace).withName(name);
    }

    /**
     * Looks at a pod. Static pods are there only after the kubelet has told of them, so that it can
     * be waited for as for the API server.
     */
    Pod get(String name) {
        Pod pod = resource(name).get();
        if (pod == null) {
            throw new KubernetesClientException(
                    "pod %s/%s is not there".formatted(namespace, name));
        }
        return pod;
    }

    /** Waits until all containers run, and are ready. */
    String awaitRunning(String name) {
        Await.until(
                "pod %s/%s is ready".formatted(namespace, name),
                () -> get(name),
                pod ->
                        !pod.getStatus().getContainerStatuses().isEmpty()
                                && pod.getStatus().getContainerStatuses().stream()
                                        .allMatch(ContainerStatus::getReady));
        return name;
    }

    /** Waits until the pod has ended, one way or the other. */
    Pod awaitEnd(String name) {
        return Await.until(
                "pod %s/%s has ended".formatted(namespace, name),
                () -> get(name),
                pod -> ENDED.contains(pod.getStatus().getPhase()));
    }

    void delete(String name) {
        resource(name).delete();
    }

    /** Deletes all without grace. */
    void deleteAll() {
        Cluster.client().pods().inNamespace(namespace).withGracePeriod(0).delete();
    }

    /** Deletes it, with its own grace, and waits until it is gone. */
    void deleteAndAwait(String name) {
        delete(name);
        Await.until(
                "pod %s/%s is gone".formatted(namespace, name),
                () -> resource(name).get() == null,
                gone -> gone);
    }

    /** How a container ended, null if it has not. */
    static @Nullable Integer exitCode(Pod pod, String container) {
        var state = status(pod, container).getState().getTerminated();
        return state == null ? null : state.getExitCode();
    }

    static ContainerStatus status(Pod pod, String container) {
        return findStatus(pod, container)
                .orElseThrow(() -> new AssertionError("no container " + container));
    }

    /** Not there until the kubelet has looked at the pod. */
    static Optional<ContainerStatus> findStatus(Pod pod, String container) {
        return Stream.of(
                        pod.getStatus().getContainerStatuses(),
                        pod.getStatus().getInitContainerStatuses())
                .flatMap(List::stream)
                .filter(status -> status.getName().equals(container))
                .findFirst();
    }

    /** What the runtime calls a container. */
    static String id(Pod pod, String container) {
        String url = status(pod, container).getContainerID();
        return url.substring(url.lastIndexOf('/') + 1);
    }

    Execution exec(String name, String... command) {
        return execIn(name, "", command);
    }

    /** Runs a command in a container, by its name; empty for the only one. */
    Execution execIn(String name, String container, String... command) {
        var pod = resource(name);
        return Execution.run(container.isEmpty() ? pod : pod.inContainer(container), command);
    }

    String log(String name) {
        return resource(name).getLog();
    }
}
