// SPDX-License-Identifier: Apache-2.0
package dev.portcullis.operator.view;

import java.util.Comparator;

/**
 * Which policy.
 *
 * @param kind {@code SecurityPolicy} or {@code ClusterSecurityPolicy}
 * @param namespace empty for a ClusterSecurityPolicy
 * @param name its name
 */
public record PolicyKey(String kind, String namespace, String name)
        implements Comparable<PolicyKey> {
    private static final Comparator<PolicyKey> ORDER =
            Comparator.comparing(PolicyKey::namespace)
                    .thenComparing(PolicyKey::name)
                    .thenComparing(PolicyKey::kind);

    @Override
    public int compareTo(PolicyKey other) {
        return ORDER.compare(this, other);
    }

    /** Whether it is the policy that rules and reports call so. */
    public boolean isCalled(String namespace, String name) {
        return this.namespace.equals(namespace) && this.name.equals(name);
    }

    /** {@code NAMESPACE/NAME}, or {@code NAME} for a ClusterSecurityPolicy. */
    @Override
    public String toString() {
        return namespace.isEmpty() ? name : namespace + "/" + name;
    }
}
