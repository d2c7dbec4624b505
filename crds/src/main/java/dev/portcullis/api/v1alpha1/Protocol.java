// SPDX-License-Identifier: Apache-2.0
package dev.portcullis.api.v1alpha1;

import com.fasterxml.jackson.annotation.JsonValue;

/** Transport protocols that a network rule can name. */
public enum Protocol implements Named {
    /** Protocol 6. */
    TCP("TCP"),

    /** Protocol 17. */
    UDP("UDP"),

    /** Protocol 132. */
    SCTP("SCTP"),

    /** ICMP of either family: protocols 1 and 58. */
    ICMP("ICMP");

    private final String text;

    Protocol(String text) {
        this.text = text;
    }

    @Override
    @JsonValue
    public String text() {
        return text;
    }
}
