// SPDX-License-Identifier: Apache-2.0
package dev.portcullis.policy.pattern;

import java.net.InetAddress;
import java.net.UnknownHostException;
import java.util.Locale;
import java.util.Map;
import java.util.Set;

/**
 * One peer, as people write it.
 *
 * @param protocol IP protocol number
 * @param address its address; v4-mapped is IPv4
 * @param port 0 where the protocol has none
 */
public record Endpoint(int protocol, InetAddress address, int port) {
    private static final int V4_BYTES = 4;
    private static final int ICMP = 1;
    private static final int ICMP_V6 = 58;
    private static final Set<Integer> WITH_PORTS = Set.of(6, 17, 132, 136);
    private static final Map<String, Integer> NUMBERS =
            Map.of("TCP", 6, "UDP", 17, "SCTP", 132, "ICMP", ICMP);

    /**
     * Parses {@code ADDRESS:PORT}, or {@code ADDRESS} where the protocol has no ports, a v6 address
     * in brackets. Behind it {@code /PROTOCOL}, a name or a number, if it is not TCP.
     *
     * @throws PatternException if it is none
     */
    public static Endpoint parse(String text) throws PatternException {
        int slash = text.indexOf('/');
        String place = slash < 0 ? text : text.substring(0, slash);
        int protocol = slash < 0 ? NUMBERS.get("TCP") : protocol(text.substring(slash + 1));
        if (!WITH_PORTS.contains(protocol)) {
            InetAddress address = address(text, place);
            boolean v6 = address.getAddress().length > 4;
            return new Endpoint(protocol == ICMP && v6 ? ICMP_V6 : protocol, address, 0);
        }
        int colon = place.lastIndexOf(':');
        if (colon < 0 || colon < place.lastIndexOf(']')) {
            throw wrong("no port", text);
        }
        PortRange port = PortRange.parse(place.substring(colon + 1));
        if (port.first() != port.last()) {
            throw wrong("more than one port", text);
        }
        return new Endpoint(protocol, address(text, place.substring(0, colon)), port.first());
    }

    /**
     * One peer by its bytes.
     *
     * @param address 4 or 16 bytes
     */
    public static Endpoint of(int protocol, byte[] address, int port) {
        try {
            return new Endpoint(protocol, InetAddress.getByAddress(address), port);
        } catch (UnknownHostException e) {
            throw new IllegalArgumentException("an address has 4 or 16 bytes", e);
        }
    }

    /** {@code PROTOCOL ADDRESS:PORT}, the port where the protocol has ports. */
    @Override
    public String toString() {
        String name =
                protocol == ICMP_V6
                        ? "icmpv6"
                        : NUMBERS.entrySet().stream()
                                .filter(known -> known.getValue() == protocol)
                                .map(known -> known.getKey().toLowerCase(Locale.ROOT))
                                .findAny()
                                .orElse("protocol " + protocol);
        String text = IpText.format(address.getAddress());
        String place = text.indexOf(':') < 0 ? text : "[" + text + "]";
        return name + " " + (WITH_PORTS.contains(protocol) ? place + ":" + port : place);
    }

    /** What the kernel makes of it as a peer: the unspecified address is that of loopback. */
    public Endpoint asPeer() {
        if (!address.isAnyLocalAddress()) {
            return this;
        }
        byte[] loopback = new byte[address.getAddress().length];
        loopback[loopback.length - 1] = 1;
        if (loopback.length == V4_BYTES) {
            loopback[0] = 127;
        }
        return of(protocol, loopback, port);
    }

    private static int protocol(String name) throws PatternException {
        Integer known = NUMBERS.get(name);
        if (known == null && (!name.matches("\\d{1,3}") || Integer.parseInt(name) > 255)) {
            throw new PatternException(
                    "\"" + name + "\" is no protocol; write TCP, UDP, SCTP, ICMP or 0 to 255");
        }
        return known == null ? Integer.parseInt(name) : known;
    }

    private static InetAddress address(String text, String place) throws PatternException {
        boolean bracketed = place.startsWith("[") && place.endsWith("]");
        String inside = bracketed ? place.substring(1, place.length() - 1) : place;
        byte[] raw = IpText.parse(inside);
        if (raw.length == 0 || bracketed != inside.indexOf(':') >= 0) {
            throw wrong("no address", text);
        }
        return of(0, raw, 0).address();
    }

    private static PatternException wrong(String what, String text) {
        return new PatternException(
                what
                        + " in \""
                        + text
                        + "\"; write 10.0.0.1:80, [fd00::1]:53/UDP or 10.0.0.1/ICMP");
    }
}
