// SPDX-License-Identifier: Apache-2.0
package dev.portcullis.e2e.cluster;

import io.fabric8.kubernetes.api.model.node.v1.RuntimeClassBuilder;

/** The runtimes of the harness's nodes beside their default. */
final class RuntimeClasses {
    private RuntimeClasses() {}

    static synchronized void ensure(String name) {
        var resource = Cluster.client().runtimeClasses().withName(name);
        if (resource.get() == null) {
            Cluster.client()
                    .resource(
                            new RuntimeClassBuilder()
                                    .withNewMetadata()
                                    .withName(name)
                                    .endMetadata()
                                    .withHandler(name)
                                    .build())
                    .create();
        }
    }
}
