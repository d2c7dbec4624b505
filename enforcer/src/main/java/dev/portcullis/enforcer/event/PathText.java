// SPDX-License-Identifier: Apache-2.0
package dev.portcullis.enforcer.event;

import java.nio.ByteBuffer;
import java.nio.CharBuffer;
import java.nio.charset.CharsetDecoder;
import java.nio.charset.CoderResult;
import java.nio.charset.StandardCharsets;

/**
 * Bytes the kernel calls a name, as text: what is not UTF-8, control characters, and the backslash
 * itself become {@code \xNN}, byte by byte. So no two names have the same text, and none can steer
 * a terminal.
 */
public final class PathText {
    private PathText() {}

    /** The bytes of one name, without a terminator. */
    public static String of(byte[] bytes) {
        StringBuilder text = new StringBuilder(bytes.length);
        CharsetDecoder decoder = StandardCharsets.UTF_8.newDecoder();
        ByteBuffer in = ByteBuffer.wrap(bytes);
        CharBuffer out = CharBuffer.allocate(bytes.length + 1);
        CoderResult result;
        do {
            result = decoder.decode(in, out, true);
            append(text, out.flip());
            out.clear();
            if (result.isError()) {
                for (int i = 0; i < result.length(); i++) {
                    escape(text, in.get());
                }
            }
        } while (result.isError());
        return text.toString();
    }

    private static void append(StringBuilder text, CharBuffer characters) {
        while (characters.hasRemaining()) {
            char c = characters.get();
            if (Character.isISOControl(c) || c == '\\') {
                for (byte value : Character.toString(c).getBytes(StandardCharsets.UTF_8)) {
                    escape(text, value);
                }
            } else {
                text.append(c);
            }
        }
    }

    private static void escape(StringBuilder text, byte value) {
        text.append(String.format("\\x%02x", value));
    }
}
