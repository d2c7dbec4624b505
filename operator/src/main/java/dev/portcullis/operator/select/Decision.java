// SPDX-License-Identifier: Apache-2.0
package dev.portcullis.operator.select;

import dev.portcullis.api.v1alpha1.Mode;
import dev.portcullis.operator.view.PodView;
import dev.portcullis.operator.view.PolicyKey;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * What shall hold in the cluster.
 *
 * @param pods all pods on nodes, also those that no policy selects
 * @param policies all policies that could be read
 * @param undecided nodes with pods whose namespace has not been seen yet, which are not in {@code
 *     pods}: without its labels it cannot be told which policies select them
 * @param until when this decision must be made anew, though nothing has changed; null for never
 */
public record Decision(
        List<PodDecision> pods,
        Map<PolicyKey, PolicyDecision> policies,
        Set<String> undecided,
        @Nullable Instant until) {
    public Decision {
        pods = List.copyOf(pods);
        policies = Map.copyOf(policies);
        undecided = Set.copyOf(undecided);
    }

    /**
     * What shall hold for a pod.
     *
     * @param pod which
     * @param containers by name, all of them
     * @param others for a container that the pod does not know yet
     * @param unnamed for a container whose name cannot be told
     */
    public record PodDecision(
            PodView pod, Map<String, PolicySet> containers, PolicySet others, PolicySet unnamed) {}

    /**
     * Where a policy holds.
     *
     * @param written the mode that the policy asks for
     * @param namespaces the namespaces that it selects
     * @param pods the pods that it selects, also where it does not hold
     */
    public record PolicyDecision(
            Mode written, Map<String, Ruling> namespaces, List<Selected> pods) {
        public PolicyDecision {
            namespaces = Map.copyOf(namespaces);
            pods = List.copyOf(pods);
        }
    }

    /**
     * What becomes of a policy in a namespace.
     *
     * @param namespace what holds there for all policies
     * @param ref the policy in its effective mode; empty where it does not hold
     */
    public record Ruling(NamespaceMode namespace, Optional<PolicyRef> ref) {}

    /**
     * A pod that a policy selects.
     *
     * @param uid its {@code cgroupUid}
     * @param node where it is
     * @param ref the policy in its effective mode; empty where it does not hold
     */
    public record Selected(String uid, String node, Optional<PolicyRef> ref) {}
}
