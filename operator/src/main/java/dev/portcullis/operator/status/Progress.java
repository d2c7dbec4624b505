// SPDX-License-Identifier: Apache-2.0
package dev.portcullis.operator.status;

import dev.portcullis.operator.plan.DesiredPod;
import dev.portcullis.operator.plan.Plan;
import dev.portcullis.operator.plan.Slot;
import dev.portcullis.operator.select.Decision.Selected;
import dev.portcullis.operator.select.PolicyRef;
import dev.portcullis.operator.serve.NodeProgress;
import dev.portcullis.operator.view.NodeView;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.SortedMap;
import java.util.SortedSet;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.stream.Stream;

/**
 * How far the nodes have come with one policy.
 *
 * @param holding pods that it selects and holds for
 * @param enforced those whose node has acknowledged the current rule set
 * @param failed nodes that could not put it into their kernel, with the reason
 * @param pending Ready nodes that have not acknowledged it yet
 * @param unconnected those of {@code pending} without an enforcer that is connected; of all Ready
 *     nodes where no pod is held for
 * @param notReady nodes that are not Ready, or not there, and have not acknowledged it
 * @param compiling whether its rule set is still being compiled for some pod
 */
record Progress(
        int holding,
        int enforced,
        SortedMap<String, String> failed,
        SortedSet<String> pending,
        SortedSet<String> unconnected,
        SortedSet<String> notReady,
        boolean compiling) {

    static Progress of(List<Selected> pods, Plan plan, Map<String, NodeProgress> nodes) {
        SortedMap<String, String> failed = new TreeMap<>();
        SortedSet<String> pending = new TreeSet<>();
        SortedSet<String> unconnected = new TreeSet<>();
        SortedSet<String> notReady = new TreeSet<>();
        int holding = 0;
        int enforced = 0;
        boolean compiling = false;
        for (Selected pod : pods) {
            if (pod.ref().isEmpty()) {
                continue;
            }
            holding++;
            PolicyRef ref = pod.ref().get();
            DesiredPod desired = plan.pods().getOrDefault(pod.node(), Map.of()).get(pod.uid());
            boolean planned = desired != null && !desired.missing().contains(ref);
            compiling |= !planned;
            NodeProgress node = nodes.getOrDefault(pod.node(), NodeProgress.unheard(pod.node()));
            boolean acknowledged = planned && desired.message().equals(node.pods().get(pod.uid()));
            Optional<String> failure =
                    acknowledged ? failure(desired, ref, node) : Optional.empty();
            NodeView view = plan.view().nodes().get(pod.node());
            boolean ready = view != null && view.ready();
            if (acknowledged && failure.isEmpty()) {
                enforced++;
            } else if (!ready) {
                notReady.add(pod.node());
            } else if (failure.isPresent()) {
                failed.put(pod.node(), failure.get());
            } else {
                pending.add(pod.node());
                if (!node.connected()) {
                    unconnected.add(pod.node());
                }
            }
        }
        if (holding == 0) {
            unconnected.addAll(readyWithoutEnforcer(plan, nodes));
        }
        return new Progress(holding, enforced, failed, pending, unconnected, notReady, compiling);
    }

    private static List<String> readyWithoutEnforcer(Plan plan, Map<String, NodeProgress> nodes) {
        return plan.view().nodes().values().stream()
                .filter(NodeView::ready)
                .map(NodeView::name)
                .filter(name -> !nodes.getOrDefault(name, NodeProgress.unheard(name)).connected())
                .toList();
    }

    private static Optional<String> failure(DesiredPod pod, PolicyRef ref, NodeProgress node) {
        return Stream.concat(
                        pod.containers().values().stream(), Stream.of(pod.others(), pod.unnamed()))
                .filter(slot -> slot.policies().refs().contains(ref))
                .map(Slot::ruleSet)
                .flatMap(id -> Optional.ofNullable(node.failures().get(id)).stream())
                .findFirst();
    }
}
