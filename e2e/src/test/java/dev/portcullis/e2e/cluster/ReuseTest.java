// SPDX-License-Identifier: Apache-2.0
package dev.portcullis.e2e.cluster;

import static org.assertj.core.api.Assertions.assertThat;

import dev.portcullis.e2e.cluster.BpfMaps.Binding;
import io.fabric8.kubernetes.api.model.Pod;
import java.time.Duration;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/** What a pod leaves behind in the kernel goes, and hits nobody until it does. */
@ClusterTest
class ReuseTest {
    private static final String RULES =
            """
            process:
              rules:
              - {action: Block, paths: [/forbidden]}
            """;

    @RegisterExtension private final TestNamespace namespace = new TestNamespace();

    @BeforeEach
    void needsTheNode() {
        NodeShell.assume();
    }

    private static Binding binding(Pod pod) {
        long process = NodeProcesses.of(pod, "main").getFirst();
        long mount = NodeProcesses.namespace(process, "mnt");
        long pid = NodeProcesses.namespace(process, "pid");
        return BpfMaps.bindings().stream()
                .filter(binding -> binding.mount() == mount && binding.pid() == pid)
                .findFirst()
                .orElseThrow(() -> new AssertionError("the container's namespaces are not bound"));
    }

    @Test
    void whatIsKnownOfADeletedPodVanishes() {
        namespace.policy("none", RULES).awaitProgrammed();
        Pods pods = namespace.pods();
        Pod pod = pods.get(pods.running("judged", Pods.JUDGED));
        String uid = pod.getMetadata().getUid().replace("-", "");
        String id = Pods.id(pod, "main");
        Binding bound = binding(pod);
        assertThat(BpfMaps.names("pods")).contains(uid);
        assertThat(BpfMaps.names("containers")).contains(id);
        assertThat(BpfMaps.names("sandboxes")).contains(uid);

        pods.deleteAndAwait("judged");
        Duration soon = Duration.ofMinutes(1);
        for (String map : new String[] {"pods", "sandboxes"}) {
            Await.until(
                    "pod is forgotten in " + map,
                    soon,
                    () -> BpfMaps.names(map),
                    names -> !names.contains(uid));
        }
        Await.until(
                "container is forgotten",
                soon,
                () -> BpfMaps.names("containers"),
                names -> !names.contains(id));
        assertThat(BpfMaps.bindings())
                .noneMatch(found ->
                        found.mount() == bound.mount()
                                && found.pid() == bound.pid()
                                && found.scope() == bound.scope());

        pods.running("twin", Pods.FREE);
        pods.exec("twin", "/forbidden").succeeded();
        assertThat(Marks.of(namespace.name(), "twin")).isOne();
    }

    /** As if the kernel had given a new pod the namespace numbers of one that is just gone. */
    @Test
    void aStaleBindingHitsNobody() {
        namespace.policy("none", RULES).awaitProgrammed();
        Pods pods = namespace.pods();
        pods.create(pods.pod("judged", Pods.JUDGED, Pods.SLEEP));
        pods.create(pods.pod("twin", Pods.FREE, Pods.SLEEP));
        pods.awaitRunning("judged");
        pods.awaitRunning("twin");
        Binding judged = binding(pods.get("judged"));
        Binding free = binding(pods.get("twin"));

        BpfMaps.plant(judged, free.mount(), free.pid());
        pods.exec("twin", "/forbidden").succeeded();
        BpfMaps.plant(free, judged.mount(), judged.pid());
        pods.exec("judged", "/forbidden").refused();
        assertThat(Marks.of(namespace.name(), "twin")).isOne();
        assertThat(Marks.of(namespace.name(), "judged")).isZero();
    }
}
