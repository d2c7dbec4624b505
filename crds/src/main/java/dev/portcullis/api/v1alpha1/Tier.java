// SPDX-License-Identifier: Apache-2.0
package dev.portcullis.api.v1alpha1;

/**
 * Whose word a policy is. The tiers decide independently and the stricter decision wins, so that
 * neither can undo what the other refuses. In the order in which they are named among equals.
 */
public enum Tier {
    /** Those who run the cluster: {@link ClusterSecurityPolicy}. */
    CLUSTER,

    /** Those who own a namespace: {@link SecurityPolicy}. */
    NAMESPACE
}
