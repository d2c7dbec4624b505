// SPDX-License-Identifier: Apache-2.0
package dev.portcullis.policy.pattern;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/** IP addresses as text. Java's own parser asks DNS, and takes 1.2 and 0x7f.1 for addresses. */
final class IpText {
    private static final byte[] NONE = {};

    private IpText() {}

    /** 4 or 16 bytes; none if the text is no address. */
    static byte[] parse(String text) {
        return text.indexOf(':') < 0 ? v4(text) : v6(text);
    }

    /** The address in its usual form, v6 without abbreviation of inner zeros. */
    static String format(byte[] address) {
        List<String> groups = new ArrayList<>();
        if (address.length == 4) {
            for (byte part : address) {
                groups.add(Integer.toString(part & 0xff));
            }
            return String.join(".", groups);
        }
        for (int i = 0; i < address.length; i += 2) {
            groups.add(Integer.toHexString((address[i] & 0xff) << 8 | address[i + 1] & 0xff));
        }
        return String.join(":", groups).replaceFirst("(?:^|:)0(?::0)+$", "::");
    }

    private static byte[] v4(String text) {
        String[] parts = text.split("\\.", -1);
        if (parts.length != 4) {
            return NONE;
        }
        byte[] address = new byte[4];
        for (int i = 0; i < 4; i++) {
            if (!parts[i].matches("0|[1-9]\\d{0,2}") || Integer.parseInt(parts[i]) > 255) {
                return NONE;
            }
            address[i] = (byte) Integer.parseInt(parts[i]);
        }
        return address;
    }

    private static byte[] v6(String text) {
        int gap = text.indexOf("::");
        if (gap < 0) {
            byte[] address = groups(text);
            return address.length == 16 ? address : NONE;
        }
        String left = text.substring(0, gap);
        String right = text.substring(gap + 2);
        byte[] head = groups(left);
        byte[] tail = groups(right);
        boolean bad =
                left.isEmpty() != (head.length == 0)
                        || right.isEmpty() != (tail.length == 0)
                        || left.indexOf('.') >= 0
                        || head.length + tail.length > 14;
        if (bad) {
            return NONE;
        }
        byte[] address = new byte[16];
        System.arraycopy(head, 0, address, 0, head.length);
        System.arraycopy(tail, 0, address, 16 - tail.length, tail.length);
        return address;
    }

    /** Groups between colons, the last of which may be an IPv4 address. */
    private static byte[] groups(String text) {
        String[] parts = text.split(":", -1);
        byte[] bytes = new byte[2 * parts.length + 2];
        int length = 0;
        for (int i = 0; i < parts.length; i++) {
            if (i == parts.length - 1 && parts[i].indexOf('.') >= 0) {
                byte[] last = v4(parts[i]);
                if (last.length == 0) {
                    return NONE;
                }
                System.arraycopy(last, 0, bytes, length, 4);
                length += 4;
            } else if (parts[i].matches("[0-9a-fA-F]{1,4}")) {
                int group = Integer.parseInt(parts[i], 16);
                bytes[length++] = (byte) (group >>> 8);
                bytes[length++] = (byte) group;
            } else {
                return NONE;
            }
        }
        return Arrays.copyOf(bytes, length);
    }
}
