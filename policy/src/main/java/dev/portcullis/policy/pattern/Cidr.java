// SPDX-License-Identifier: Apache-2.0
package dev.portcullis.policy.pattern;

import java.util.Arrays;

/**
 * A network. IPv4 is held in its v4-mapped form, as {@link
 * dev.portcullis.policy.ruleset.EgressQuestion} asks it.
 *
 * @param family 4 or 6
 * @param address 16 bytes, zero behind the prefix
 * @param prefix how many of their bits matter, 0 to 128; at least 96 for IPv4
 */
@SuppressWarnings("ArrayRecordComponent") // not compared, only walked
public record Cidr(int family, byte[] address, int prefix) {
    private static final int MAPPED_BITS = 96;

    /**
     * Parses {@code 10.0.0.0/8} or {@code fd00::/8}. A v6 network within ::ffff:0:0/96 is the v4
     * network that it maps.
     *
     * @throws PatternException if it is neither, or has bits set behind the prefix
     */
    public static Cidr parse(String text) throws PatternException {
        int slash = text.indexOf('/');
        byte[] address = IpText.parse(slash < 0 ? text : text.substring(0, slash));
        if (address.length == 0) {
            throw new PatternException(
                    "\"" + text + "\" is no network; write one such as 10.0.0.0/8 or fd00::/8");
        }
        int bits = address.length * 8;
        if (slash < 0) {
            throw new PatternException(
                    "no prefix length in \"%s\"; write %s/%d".formatted(text, text, bits));
        }
        int prefix = prefix(text, text.substring(slash + 1), bits);
        byte[] network = masked(address, prefix);
        if (!Arrays.equals(network, address)) {
            throw new PatternException(
                    "\"%s\" has bits set behind the prefix; write %s/%d for the network, or /%d"
                                    .formatted(text, IpText.format(network), prefix, bits)
                            + " for the address");
        }
        if (bits == 32) {
            byte[] mapped = new byte[16];
            mapped[10] = (byte) 0xff;
            mapped[11] = (byte) 0xff;
            System.arraycopy(address, 0, mapped, 12, 4);
            return new Cidr(4, mapped, MAPPED_BITS + prefix);
        }
        return new Cidr(prefix >= MAPPED_BITS && isMapped(address) ? 4 : 6, address, prefix);
    }

    private static int prefix(String text, String digits, int bits) throws PatternException {
        if (!digits.matches("0|[1-9]\\d{0,2}") || Integer.parseInt(digits) > bits) {
            throw new PatternException(
                    "bad prefix length in \"%s\"; write /0 to /%d".formatted(text, bits));
        }
        return Integer.parseInt(digits);
    }

    private static byte[] masked(byte[] address, int prefix) {
        byte[] network = address.clone();
        for (int bit = prefix; bit < address.length * 8; bit++) {
            network[bit / 8] &= (byte) ~(0x80 >> bit % 8);
        }
        return network;
    }

    private static boolean isMapped(byte[] address) {
        for (int i = 0; i < 10; i++) {
            if (address[i] != 0) {
                return false;
            }
        }
        return address[10] == -1 && address[11] == -1;
    }
}
