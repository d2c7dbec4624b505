// SPDX-License-Identifier: Apache-2.0
package dev.portcullis.policy.pattern;

import java.nio.charset.StandardCharsets;
import java.util.List;

/** A path as the kernel tells it, and no pattern. */
public final class RealPath {
    private RealPath() {}

    /**
     * The bytes of a path or name.
     *
     * @throws PatternException if the kernel can tell no such path
     */
    public static byte[] bytes(String text) throws PatternException {
        if (!text.startsWith("memfd:") && !text.startsWith("anon:") && !text.equals("/")) {
            if (!text.startsWith("/")) {
                throw new PatternException(
                        "\"" + text + "\" is not absolute; a path starts with /, memfd: or anon:");
            }
            for (String component : text.substring(1).split("/", -1)) {
                if (List.of("", ".", "..").contains(component)) {
                    throw new PatternException(
                            "\"%s\" is no real path; write it without //, ., .. and / at the end"
                                    .formatted(text));
                }
            }
        }
        return text.getBytes(StandardCharsets.UTF_8);
    }

    /**
     * A path for people: bytes that cannot be shown are {@code \xNN}. A backslash is escaped as
     * well, so that no two paths look the same.
     */
    public static String shown(byte[] path) {
        StringBuilder shown = new StringBuilder();
        for (int i = 0; i < path.length; ) {
            int length = characterLength(path, i);
            String character = new String(path, i, length, StandardCharsets.UTF_8);
            if (character.equals("\\")) {
                shown.append("\\\\");
            } else if (isShown(character)) {
                shown.append(character);
            } else {
                for (int b = i; b < i + length; b++) {
                    shown.append("\\x%02x".formatted(path[b]));
                }
            }
            i += length;
        }
        return shown.toString();
    }

    /** How many bytes the first byte of a character announces, as far as there are so many. */
    private static int characterLength(byte[] path, int at) {
        int first = path[at] & 0xff;
        int announced = first < 0xc0 ? 1 : first < 0xe0 ? 2 : first < 0xf0 ? 3 : 4;
        return Math.min(announced, path.length - at);
    }

    private static boolean isShown(String character) {
        return character.codePointCount(0, character.length()) == 1
                && switch (Character.getType(character.codePointAt(0))) {
                    case Character.CONTROL,
                            Character.FORMAT,
                            Character.SURROGATE,
                            Character.PRIVATE_USE,
                            Character.UNASSIGNED,
                            Character.LINE_SEPARATOR,
                            Character.PARAGRAPH_SEPARATOR ->
                            false;
                    default -> !character.equals("\ufffd");
                };
    }
}
