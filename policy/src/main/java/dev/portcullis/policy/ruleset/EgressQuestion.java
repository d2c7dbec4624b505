// SPDX-License-Identifier: Apache-2.0
package dev.portcullis.policy.ruleset;

import java.net.Inet4Address;
import java.net.InetAddress;

/**
 * The question "may this peer be connected or sent to" as the bytes the automaton reads.
 *
 * <pre>
 *   offset 0   1 byte    IP protocol number (6 TCP, 17 UDP, ...)
 *   offset 1   1 byte    family: 4 or 6
 *   offset 2   16 bytes  address; IPv4 as its v4-mapped form ::ffff:a.b.c.d
 *   offset 18  2 bytes   port, big endian; 0 where the protocol has none
 * </pre>
 *
 * A v4-mapped IPv6 address is asked as IPv4, as that is where the packet goes.
 */
public final class EgressQuestion {
    /** Length of the question in bytes. */
    public static final int LENGTH = 20;

    /** Offset of the protocol. */
    public static final int PROTOCOL = 0;

    /** Offset of the family. */
    public static final int FAMILY = 1;

    /** Offset of the address. */
    public static final int ADDRESS = 2;

    /** Offset of the port. */
    public static final int PORT = 18;

    private EgressQuestion() {}

    /**
     * The bytes of one question.
     *
     * @param protocol IP protocol number, 0 to 255
     * @param address the peer; Java has already turned v4-mapped addresses into IPv4
     * @param port 0 to 65535
     */
    public static byte[] of(int protocol, InetAddress address, int port) {
        byte[] question = new byte[LENGTH];
        byte[] raw = address.getAddress();
        question[PROTOCOL] = (byte) protocol;
        if (address instanceof Inet4Address) {
            question[FAMILY] = 4;
            question[ADDRESS + 10] = (byte) 0xff;
            question[ADDRESS + 11] = (byte) 0xff;
            System.arraycopy(raw, 0, question, ADDRESS + 12, raw.length);
        } else {
            question[FAMILY] = 6;
            System.arraycopy(raw, 0, question, ADDRESS, raw.length);
        }
        question[PORT] = (byte) (port >>> 8);
        question[PORT + 1] = (byte) port;
        return question;
    }
}
