// SPDX-License-Identifier: Apache-2.0
package dev.portcullis.cli;

import dev.portcullis.api.v1alpha1.SecurityPolicySpec;
import dev.portcullis.policy.SourcedPolicy;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * What stands for the pod that policies select, where there is no cluster.
 *
 * @param namespace policies of others do not apply; null: every policy's applies
 * @param labels what podSelector looks at; null: every podSelector matches
 * @param container the container's name; null: every name matches
 */
record PodIdentity(
        @Nullable String namespace,
        @Nullable Map<String, String> labels,
        @Nullable String container) {
    /** The policies that select it. */
    List<SourcedPolicy> select(List<SourcedPolicy> policies) {
        return policies.stream().filter(this::isSelectedBy).toList();
    }

    private boolean isSelectedBy(SourcedPolicy sourced) {
        SecurityPolicySpec spec = sourced.policy().spec();
        return (namespace == null || namespace.equals(sourced.policy().metadata().namespace()))
                && (labels == null || spec.podSelector().matches(labels))
                && (container == null
                        || spec.containers().isEmpty()
                        || spec.containers().contains(container));
    }
}
