// SPDX-License-Identifier: Apache-2.0
package dev.portcullis.operator.view;

import java.util.List;
import java.util.Map;

/**
 * The cluster at one moment.
 *
 * @param pods all of them, in no order
 * @param namespaces by name
 * @param nodes by name
 * @param policies of both kinds, also those that could not be read
 */
public record ClusterView(
        List<PodView> pods,
        Map<String, NamespaceView> namespaces,
        Map<String, NodeView> nodes,
        List<PolicyView> policies) {
    public ClusterView {
        pods = List.copyOf(pods);
        namespaces = Map.copyOf(namespaces);
        nodes = Map.copyOf(nodes);
        policies = List.copyOf(policies);
    }

    /** The namespace, or one without labels while it has not been seen. */
    public NamespaceView namespace(String name) {
        NamespaceView known = namespaces.get(name);
        return known == null ? NamespaceView.unlabelled(name) : known;
    }
}
