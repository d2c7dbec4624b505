// SPDX-License-Identifier: Apache-2.0
package dev.portcullis.api.v1alpha1;

import java.util.Map;

/** A policy of either kind. */
public sealed interface Policy permits SecurityPolicy, ClusterSecurityPolicy {
    /** The API group and version, as in {@code apiVersion}. */
    String API_VERSION = "portcullis.dev/v1alpha1";

    /** Its name; the namespace is empty in {@link Tier#CLUSTER}. */
    Metadata metadata();

    /** What it says, but for the namespaces. */
    SecurityPolicySpec spec();

    /** Whose word it is. */
    Tier tier();

    /** The resource's {@code kind}. */
    String kind();

    /**
     * Whether it can select pods of a namespace.
     *
     * @param name the namespace
     * @param labels the namespace's labels
     */
    boolean selectsNamespace(String name, Map<String, String> labels);

    /** The same policy in another mode. */
    Policy withMode(Mode mode);
}
