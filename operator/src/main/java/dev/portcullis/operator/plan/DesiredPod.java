// SPDX-License-Identifier: Apache-2.0
package dev.portcullis.operator.plan;

import dev.portcullis.node.v1alpha1.Pod;
import dev.portcullis.operator.select.PolicyRef;
import dev.portcullis.operator.view.PodView;
import java.util.Map;
import java.util.Set;

/**
 * What a node shall know of a pod.
 *
 * @param message as it is sent
 * @param containers what each container is judged by
 * @param others what a container that is not known yet is judged by
 * @param unnamed what a container without a known name is judged by
 * @param missing policies that should hold for some container of the pod and do not yet, or cannot
 */
public record DesiredPod(
        Pod message,
        Map<String, Slot> containers,
        Slot others,
        Slot unnamed,
        Set<PolicyRef> missing) {
    public DesiredPod {
        containers = Map.copyOf(containers);
        missing = Set.copyOf(missing);
    }

    static DesiredPod of(
            PodView pod,
            Map<String, Slot> containers,
            Slot others,
            Slot unnamed,
            Set<PolicyRef> missing) {
        Pod.Builder message =
                Pod.newBuilder()
                        .setUid(pod.cgroupUid())
                        .setNamespace(pod.namespace())
                        .setName(pod.name())
                        .setOthers(others.ruleSet())
                        .setUnnamed(unnamed.ruleSet());
        containers.forEach((name, slot) -> message.putContainers(name, slot.ruleSet()));
        return new DesiredPod(message.build(), containers, others, unnamed, missing);
    }
}
