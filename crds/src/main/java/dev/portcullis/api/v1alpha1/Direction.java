// SPDX-License-Identifier: Apache-2.0
package dev.portcullis.api.v1alpha1;

import com.fasterxml.jackson.annotation.JsonValue;

/** Which way a network operation goes. */
public enum Direction implements Named {
    /** Connecting, and sending without a connection. */
    EGRESS("Egress"),

    /** Binding to a local address and port, and listening there. */
    LISTEN("Listen");

    private final String text;

    Direction(String text) {
        this.text = text;
    }

    @Override
    @JsonValue
    public String text() {
        return text;
    }
}
