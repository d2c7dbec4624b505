// SPDX-License-Identifier: Apache-2.0
package dev.portcullis.api.v1alpha1;

/** Which way a network operation goes. */
public enum Direction implements Named {
    /** Connecting, and sending without a connection. */
    EGRESS("Egress");

    private final String text;

    Direction(String text) {
        this.text = text;
    }

    @Override
    public String text() {
        return text;
    }
}
