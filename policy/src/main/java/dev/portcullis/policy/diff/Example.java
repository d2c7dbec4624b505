// SPDX-License-Identifier: Apache-2.0
package dev.portcullis.policy.diff;

import dev.portcullis.policy.pattern.Endpoint;
import dev.portcullis.policy.ruleset.EgressQuestion;
import dev.portcullis.policy.ruleset.QuestionKind;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.HexFormat;

/**
 * What an operation is done to.
 *
 * @param text for people: a path, in which bytes that cannot be shown are {@code \xNN}, or a peer
 * @param question hexadecimal, the bytes that the rule set is asked; empty where there is no
 *     telling
 */
public record Example(String text, String question) {
    /** What the kernel is asked about where it cannot tell the path or the peer. */
    static Example unresolved(QuestionKind kind) {
        return new Example(
                kind == QuestionKind.EGRESS
                        ? "a peer that cannot be told"
                        : "a file whose path cannot be told",
                "");
    }

    static Example of(QuestionKind kind, byte[] question) {
        return new Example(
                kind == QuestionKind.EGRESS ? peer(question) : path(question),
                HexFormat.of().formatHex(question));
    }

    private static String peer(byte[] question) {
        int address = EgressQuestion.ADDRESS;
        int length = EgressQuestion.PORT - address;
        boolean v4 = question[EgressQuestion.FAMILY] == 4;
        return Endpoint.of(
                        question[EgressQuestion.PROTOCOL] & 0xff,
                        Arrays.copyOfRange(
                                question, v4 ? address + length - 4 : address, address + length),
                        ByteBuffer.wrap(question).getShort(EgressQuestion.PORT) & 0xffff)
                .toString();
    }

    /** A backslash is escaped as well, so that no two paths look the same. */
    private static String path(byte[] question) {
        StringBuilder shown = new StringBuilder();
        for (int i = 0; i < question.length; ) {
            int length = characterLength(question, i);
            String character = new String(question, i, length, StandardCharsets.UTF_8);
            if (character.equals("\\")) {
                shown.append("\\\\");
            } else if (isShown(character)) {
                shown.append(character);
            } else {
                for (int b = i; b < i + length; b++) {
                    shown.append("\\x%02x".formatted(question[b]));
                }
            }
            i += length;
        }
        return shown.toString();
    }

    /** How many bytes the first byte of a character announces, as far as there are so many. */
    private static int characterLength(byte[] question, int at) {
        int first = question[at] & 0xff;
        int announced = first < 0xc0 ? 1 : first < 0xe0 ? 2 : first < 0xf0 ? 3 : 4;
        return Math.min(announced, question.length - at);
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
