// SPDX-License-Identifier: Apache-2.0
package dev.portcullis.e2e;

import dev.portcullis.cli.ContainerProcess.Binding;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/**
 * A container as a kubelet and its runtime make it: a cgroup with the pod's UID in its name, a
 * description on disk, namespaces and a root directory of its own, entered by a process of the
 * host's whose last exec begins the container.
 *
 * @param work whose folder {@code root} becomes the container's root
 * @param bundles where the runtime describes its containers
 * @param uid the pod's, with dashes or as a static pod's hash without
 * @param number tells the containers of a pod apart
 * @param name the container's name, empty for the pod's sandbox
 */
record PodContainer(Workspace work, Path bundles, String uid, int number, String name) {
    private static final Path CGROUPS = Path.of("/sys/fs/cgroup/kubepods/burstable");

    /** What the runtime calls it. */
    String id() {
        return "%056x%08x".formatted(uid.hashCode() & 0xffffffffL, number);
    }

    private Path cgroup() {
        return CGROUPS.resolve("pod" + uid).resolve(id());
    }

    /** Writes what a runtime writes before it starts the container. */
    PodContainer described() {
        String type = name.isEmpty() ? "sandbox" : "container";
        String json =
                """
                {"ociVersion": "1.0.2",
                 "annotations": {
                  "io.kubernetes.cri.container-type": "%s",
                  "io.kubernetes.cri.container-name": "%s",
                  "io.kubernetes.cri.sandbox-name": "web-0",
                  "io.kubernetes.cri.sandbox-namespace": "shop"},
                 "linux": {"cgroupsPath": "/kubepods/burstable/pod%s/%s"}}
                """
                        .formatted(type, name, uid, id());
        try {
            Files.createDirectories(bundles.resolve(id()));
            Files.writeString(bundles.resolve(id()).resolve("config.json"), json);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        return this;
    }

    /** Starts it; its entrypoint is {@code /attempt} with these operations. */
    Container start(String... operations) {
        return startIn("", operations);
    }

    /**
     * Starts it in a cgroup beneath its own.
     *
     * @param below such as {@code /forged/pod...}
     */
    Container startIn(String below, String... operations) {
        return Container.start(Binding.NONE, entering(below, operations));
    }

    /** Runs it to its end in the host's PID namespace, as a pod with {@code hostPID} does. */
    List<String> answersInHostPid(String... operations) {
        List<String> command = new ArrayList<>();
        command.add(Workspace.ATTEMPT.toString());
        command.add("unshare:mnt");
        command.addAll(entering("", operations));
        List<String> answers = Container.runHere(command).answers();
        return answers.subList(3, answers.size());
    }

    private List<String> entering(String below, String... operations) {
        Path cgroup = Path.of(cgroup() + below);
        RootFileSystem.at(work, "root");
        try {
            Files.createDirectories(cgroup);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        List<String> all =
                new ArrayList<>(
                        List.of(
                                "cgroup:" + cgroup,
                                "pivot:" + work.path("root"),
                                "become:/attempt"));
        all.addAll(List.of(operations));
        return all;
    }

    /** What the container's own operations were answered, to its end. */
    static List<String> answers(Container container) {
        List<String> answers = container.await().answers();
        return answers.subList(2, answers.size());
    }
}
