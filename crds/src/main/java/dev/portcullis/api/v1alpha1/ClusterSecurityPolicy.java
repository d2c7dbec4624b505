// SPDX-License-Identifier: Apache-2.0
package dev.portcullis.api.v1alpha1;

import java.util.Map;

/**
 * A policy of the cluster: what containers of many namespaces may execute, open and connect.
 *
 * @param metadata its name; the namespace is empty
 * @param namespaceSelector {@code spec.namespaceSelector}: namespaces by their labels
 * @param spec the rest of what it says; its podSelector looks at the pods of those namespaces
 */
public record ClusterSecurityPolicy(
        Metadata metadata, LabelSelector namespaceSelector, SecurityPolicySpec spec)
        implements Policy {
    /** The resource's {@code kind}. */
    public static final String KIND = "ClusterSecurityPolicy";

    @Override
    public Tier tier() {
        return Tier.CLUSTER;
    }

    @Override
    public String kind() {
        return KIND;
    }

    @Override
    public boolean selectsNamespace(String name, Map<String, String> labels) {
        return namespaceSelector.matches(labels);
    }

    @Override
    public ClusterSecurityPolicy withMode(Mode mode) {
        return new ClusterSecurityPolicy(metadata, namespaceSelector, spec.withMode(mode));
    }
}
