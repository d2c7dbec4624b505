// SPDX-License-Identifier: Apache-2.0
package dev.portcullis.cli;

import dev.portcullis.policy.EffectiveMode;
import dev.portcullis.policy.SourcedPolicy;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** The options that stand for a pod in a cluster, with a namespace around it. */
final class ClusterPodOptions {
    @Mixin private PodOptions pod = new PodOptions();

    @Option(
            names = "--namespace-label",
            paramLabel = "KEY=VALUE",
            description =
                    "Labels that namespaceSelector looks at. Without any, each namespaceSelector matches.")
    private @Nullable Map<String, String> namespaceLabels;

    @Option(
            names = "--namespace-mode",
            paramLabel = "enforce|audit|off",
            description = "As if the namespace had the label portcullis.dev/mode.")
    private @Nullable NamespaceMode namespaceMode;

    /** The values of the label, spelled as they are there. */
    @SuppressWarnings("UnusedVariable") // picocli makes them
    private enum NamespaceMode {
        enforce,
        audit,
        off
    }

    /** Whether any of them was given. */
    boolean given() {
        return pod.given() || namespaceLabels != null || namespaceMode != null;
    }

    /**
     * The policies that count for the pod, in the modes that its namespace lets them have. Of those
     * that do not select it the reason is told.
     */
    List<SourcedPolicy> counting(List<SourcedPolicy> all) {
        return inNamespace(
                namespaceMode == null ? null : namespaceMode.name(),
                pod.identity(namespaceLabels).selectTelling(all, false));
    }

    /**
     * Policies in the modes that a namespace lets them have; those that do not count are left out.
     *
     * @param label the value of the namespace's label; null: there is none
     */
    static List<SourcedPolicy> inNamespace(@Nullable String label, List<SourcedPolicy> policies) {
        List<SourcedPolicy> counting = new ArrayList<>();
        for (SourcedPolicy policy : policies) {
            EffectiveMode.of(policy.policy().spec().mode(), label, false, null, Instant.EPOCH)
                    .mode()
                    .ifPresent(mode -> counting.add(policy.withMode(mode)));
        }
        return counting;
    }
}
