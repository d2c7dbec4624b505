// SPDX-License-Identifier: Apache-2.0
package dev.portcullis.operator.kube;

import io.fabric8.kubernetes.client.dsl.base.ResourceDefinitionContext;

/** The custom resources, as the client names them. */
public final class Resources {
    /** Group and version of all of them. */
    public static final String API_VERSION = "portcullis.dev/v1alpha1";

    /** {@code SecurityPolicy}. */
    public static final ResourceDefinitionContext SECURITY_POLICY =
            resource("SecurityPolicy", "securitypolicies", true);

    /** {@code ClusterSecurityPolicy}. */
    public static final ResourceDefinitionContext CLUSTER_SECURITY_POLICY =
            resource("ClusterSecurityPolicy", "clustersecuritypolicies", false);

    /** {@code PortcullisNode}. */
    public static final ResourceDefinitionContext PORTCULLIS_NODE =
            resource("PortcullisNode", "portcullisnodes", false);

    private Resources() {}

    /** A policy's resource, by its kind. */
    static ResourceDefinitionContext ofKind(String kind) {
        return kind.equals(CLUSTER_SECURITY_POLICY.getKind())
                ? CLUSTER_SECURITY_POLICY
                : SECURITY_POLICY;
    }

    private static ResourceDefinitionContext resource(
            String kind, String plural, boolean namespaced) {
        String[] group = API_VERSION.split("/", 2);
        return new ResourceDefinitionContext.Builder()
                .withGroup(group[0])
                .withVersion(group[1])
                .withKind(kind)
                .withPlural(plural)
                .withNamespaced(namespaced)
                .build();
    }
}
