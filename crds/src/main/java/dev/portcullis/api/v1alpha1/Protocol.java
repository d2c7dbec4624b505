// SPDX-License-Identifier: Apache-2.0
package dev.portcullis.api.v1alpha1;

import com.fasterxml.jackson.annotation.JsonValue;

/**
 * Protocols that a network rule can name. The first ones are judged by their peers; those after
 * {@link #ICMP} have none that a rule could name, so making such a socket is what is judged.
 */
public enum Protocol implements Named {
    /** Protocol 6. */
    TCP("TCP"),

    /** Protocol 17. */
    UDP("UDP"),

    /** Protocol 132. */
    SCTP("SCTP"),

    /** ICMP of either family: protocols 1 and 58. */
    ICMP("ICMP"),

    /** Raw sockets of IPv4 and IPv6, whose sender writes headers of its own. */
    RAW("Raw"),

    /** Packet sockets, which see and send whole frames. */
    PACKET("Packet"),

    /** Unix sockets. */
    UNIX("Unix"),

    /** Netlink sockets. */
    NETLINK("Netlink");

    private final String text;

    Protocol(String text) {
        this.text = text;
    }

    @Override
    @JsonValue
    public String text() {
        return text;
    }

    /** Whether making a socket is judged, and not what it is connected to. */
    public boolean isSocket() {
        return compareTo(ICMP) > 0;
    }
}
