// SPDX-License-Identifier: Apache-2.0
package dev.portcullis.operator.watch;

import static org.assertj.core.api.Assertions.assertThat;

import dev.portcullis.operator.view.PodView;
import io.fabric8.kubernetes.api.model.ContainerStatusBuilder;
import io.fabric8.kubernetes.api.model.NodeBuilder;
import io.fabric8.kubernetes.api.model.Pod;
import io.fabric8.kubernetes.api.model.PodBuilder;
import java.util.HashMap;
import java.util.Map;
import java.util.Objects;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class ViewsTest {
    private static final String HASH = "0123456789abcdef0123456789abcdef";

    @Test
    void allKindsOfContainersHaveNames() {
        Pod pod =
                pod(Map.of())
                        .editSpec()
                        .addNewInitContainer()
                        .withName("init")
                        .endInitContainer()
                        .addNewContainer()
                        .withName("app")
                        .endContainer()
                        .addNewEphemeralContainer()
                        .withName("debug")
                        .endEphemeralContainer()
                        .endSpec()
                        .build();

        assertThat(Views.pod(pod).containers()).containsExactly("init", "app", "debug");
    }

    /** Who may create pods may not choose what a pod of theirs is called in the kernel. */
    @ParameterizedTest
    @CsvSource(
            nullValues = "-",
            value = {
                "-, -, uid",
                HASH + ", -, uid",
                HASH + ", " + HASH + ", " + HASH,
                "nonsense, nonsense, uid",
                "-, " + HASH + ", uid",
            })
    void onlyAMirrorPodIsKnownByItsHash(String hash, String mirror, String cgroup) {
        HashMap<String, String> annotations = new HashMap<>();
        annotations.put("kubernetes.io/config.hash", hash);
        annotations.put("kubernetes.io/config.mirror", mirror);
        annotations.values().removeIf(Objects::isNull);

        assertThat(Views.pod(pod(annotations).build()).cgroupUid()).isEqualTo(cgroup);
    }

    @ParameterizedTest
    @CsvSource({
        "Pending, false, false",
        "Running, true, false",
        "Succeeded, false, true",
        "Failed, false, true",
        "Failed, true, false",
    })
    void aPodIsFinishedWhenNothingOfItRuns(String phase, boolean running, boolean finished) {
        Pod pod =
                pod(Map.of())
                        .withNewStatus()
                        .withPhase(phase)
                        .addToContainerStatuses(
                                running
                                        ? new ContainerStatusBuilder()
                                                .withNewState()
                                                .withNewRunning()
                                                .endRunning()
                                                .endState()
                                                .build()
                                        : new ContainerStatusBuilder()
                                                .withNewState()
                                                .withNewTerminated()
                                                .endTerminated()
                                                .endState()
                                                .build())
                        .endStatus()
                        .build();

        PodView view = Views.pod(pod);

        assertThat(view.finished()).isEqualTo(finished);
        assertThat(view.isOnNode()).isEqualTo(!finished);
    }

    @Test
    void aNodeWithoutAConditionIsNotReady() {
        NodeBuilder node = new NodeBuilder().withNewMetadata().withName("a").endMetadata();

        assertThat(Views.node(node.build()).ready()).isFalse();
        assertThat(
                        Views.node(
                                        node.withNewStatus()
                                                .addNewCondition()
                                                .withType("Ready")
                                                .withStatus("True")
                                                .endCondition()
                                                .endStatus()
                                                .build())
                                .ready())
                .isTrue();
    }

    private static PodBuilder pod(Map<String, String> annotations) {
        return new PodBuilder()
                .withNewMetadata()
                .withUid("uid")
                .withNamespace("shop")
                .withName("web-0")
                .withAnnotations(annotations)
                .endMetadata()
                .withNewSpec()
                .withNodeName("a")
                .endSpec();
    }
}
