// SPDX-License-Identifier: Apache-2.0
package dev.portcullis.operator.select;

import dev.portcullis.api.v1alpha1.Mode;
import dev.portcullis.operator.view.NamespaceView;
import dev.portcullis.operator.view.PodView;
import dev.portcullis.policy.SourcedPolicy;

/** All that selection asks of a policy, in one place for whatever kinds of policies there are. */
final class PolicyAspects {
    private PolicyAspects() {}

    static boolean selects(SourcedPolicy source, NamespaceView namespace) {
        return source.policy().selectsNamespace(namespace.name(), namespace.labels());
    }

    /** Whether it selects the pod, given that it selects its namespace. */
    static boolean selects(SourcedPolicy source, PodView pod) {
        return source.policy().spec().podSelector().matches(pod.labels());
    }

    /** Whether it names containers, rather than to mean all. */
    static boolean namesContainers(SourcedPolicy source) {
        return !source.policy().spec().containers().isEmpty();
    }

    static boolean selects(SourcedPolicy source, String container) {
        return !namesContainers(source) || source.policy().spec().containers().contains(container);
    }

    static Mode mode(SourcedPolicy source) {
        return source.policy().spec().mode();
    }

    static SourcedPolicy inMode(SourcedPolicy source, Mode mode) {
        return mode(source) == mode ? source : source.withMode(mode);
    }
}
