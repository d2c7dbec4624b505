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
}
