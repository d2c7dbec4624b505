// SPDX-License-Identifier: Apache-2.0
package dev.portcullis.operator.plan;

import dev.portcullis.node.v1alpha1.RuleSet;
import dev.portcullis.operator.select.Decision;
import dev.portcullis.operator.select.PolicySet;
import dev.portcullis.operator.view.ClusterView;
import dev.portcullis.operator.view.PolicyKey;
import java.util.List;
import java.util.Map;
import java.util.Set;

/**
 * What all nodes shall know, and why.
 *
 * @param view the cluster that it was made from
 * @param decision what shall hold
 * @param pods by node and {@code cgroupUid}, those that can be told of
 * @param nodes by name, those with pods
 * @param ruleSets by id, all that pods refer to
 * @param refused policies that cannot be enforced exactly together with the others of a container,
 *     and why
 * @param needed the sets of policies whose compilation this plan has asked for
 */
public record Plan(
        ClusterView view,
        Decision decision,
        Map<String, Map<String, DesiredPod>> pods,
        Map<String, DesiredNode> nodes,
        Map<String, RuleSet> ruleSets,
        Map<PolicyKey, String> refused,
        Set<PolicySet> needed) {
    /** The plan for a cluster of which nothing is known. */
    public static final Plan NONE =
            new Plan(
                    new ClusterView(List.of(), Map.of(), Map.of(), List.of()),
                    new Decision(List.of(), Map.of(), Set.of(), null),
                    Map.of(),
                    Map.of(),
                    Map.of(),
                    Map.of(),
                    Set.of());

    /** Whether there is no plan yet. */
    @SuppressWarnings("ReferenceEquality") // a cluster can be empty and known
    public boolean isNone() {
        return this == NONE;
    }

    /** What a node shall know. */
    public DesiredNode node(String name) {
        return nodes.getOrDefault(name, DesiredNode.EMPTY);
    }
}
