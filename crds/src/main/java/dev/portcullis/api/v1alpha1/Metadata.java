// SPDX-License-Identifier: Apache-2.0
package dev.portcullis.api.v1alpha1;

import java.util.Map;

/**
 * The part of Kubernetes' object metadata that matters here.
 *
 * @param name a DNS subdomain
 * @param namespace a DNS label; empty where the object belongs to the cluster
 * @param labels the object's own labels; they select nothing
 */
public record Metadata(String name, String namespace, Map<String, String> labels) {
    /** The namespace of an object that names none. */
    public static final String DEFAULT_NAMESPACE = "default";

    public Metadata {
        labels = Map.copyOf(labels);
    }

    /** {@code NAMESPACE/NAME}, or {@code NAME} where the object belongs to the cluster. */
    public String qualifiedName() {
        return namespace.isEmpty() ? name : namespace + "/" + name;
    }
}
