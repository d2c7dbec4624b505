// SPDX-License-Identifier: Apache-2.0
package dev.portcullis.cli;

import dev.portcullis.api.v1alpha1.Policy;
import dev.portcullis.api.v1alpha1.SecurityPolicySpec;
import dev.portcullis.api.v1alpha1.Tier;
import dev.portcullis.policy.SourcedPolicy;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * What stands for the pod that policies select, where there is no cluster.
 *
 * <p>There are no labels on namespaces, so a namespaceSelector matches if it asks for none.
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

    /**
     * The policies that select it; of each other one the reason is told.
     *
     * @param wholeMachine whether it stands for every container of the machine
     */
    List<SourcedPolicy> selectTelling(List<SourcedPolicy> policies, boolean wholeMachine) {
        List<SourcedPolicy> selected = select(policies);
        for (SourcedPolicy skipped : policies) {
            if (!selected.contains(skipped)) {
                Main.say(
                        "policy "
                                + skipped.policy().metadata().name()
                                + " in "
                                + skipped.file()
                                + " does not apply: it selects "
                                + selectionOf(skipped.policy(), wholeMachine));
            }
        }
        return selected;
    }

    private boolean isSelectedBy(SourcedPolicy sourced) {
        SecurityPolicySpec spec = sourced.policy().spec();
        return selectsNamespace(sourced.policy())
                && (labels == null || spec.podSelector().matches(labels))
                && (container == null
                        || spec.containers().isEmpty()
                        || spec.containers().contains(container));
    }

    private boolean selectsNamespace(Policy policy) {
        return policy.tier() == Tier.NAMESPACE && namespace == null
                || policy.selectsNamespace(namespace == null ? "" : namespace, Map.of());
    }

    /** Why a policy that does not select it does not: what it selects instead. */
    static String selectionOf(Policy policy, boolean wholeMachine) {
        if (!policy.selectsNamespace(policy.metadata().namespace(), Map.of())) {
            return "namespaces by label, and outside a cluster they have none";
        }
        return wholeMachine
                ? "pods by label or containers by name, and outside a cluster there are none"
                : "something else by namespace, labels or container";
    }
}
