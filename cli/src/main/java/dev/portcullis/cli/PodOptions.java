// SPDX-License-Identifier: Apache-2.0
package dev.portcullis.cli;

import java.util.Map;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Option;

/** The options that stand for the pod that policies select. */
final class PodOptions {
    @Option(
            names = "--label",
            paramLabel = "KEY=VALUE",
            description =
                    "Labels that podSelector looks at. Without any, each podSelector matches.")
    private @Nullable Map<String, String> labels;

    @Option(
            names = "--namespace",
            paramLabel = "NAME",
            description = "Only SecurityPolicies of this namespace apply.")
    private @Nullable String namespace;

    @Option(
            names = "--container",
            paramLabel = "NAME",
            description = "The container's name, for spec.containers.")
    private @Nullable String container;

    boolean given() {
        return labels != null || namespace != null || container != null;
    }

    PodIdentity identity() {
        return new PodIdentity(namespace, labels, container);
    }
}
