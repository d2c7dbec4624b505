// SPDX-License-Identifier: Apache-2.0
package dev.portcullis.operator.view;

import java.util.Map;

/**
 * A namespace.
 *
 * @param name its name
 * @param labels its labels
 * @param breakGlass the annotation {@value #BREAK_GLASS} as it is written; empty without one
 */
public record NamespaceView(String name, Map<String, String> labels, String breakGlass) {
    /**
     * Until when refusal is turned into audit, as RFC 3339. An annotation, since the value of a
     * label cannot hold a colon.
     */
    public static final String BREAK_GLASS = "portcullis.dev/break-glass";

    public NamespaceView {
        labels = Map.copyOf(labels);
    }

    /** A namespace of which nothing is known but the name. */
    public static NamespaceView unlabelled(String name) {
        return new NamespaceView(name, Map.of(), "");
    }
}
