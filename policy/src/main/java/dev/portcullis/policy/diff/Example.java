// SPDX-License-Identifier: Apache-2.0
package dev.portcullis.policy.diff;

import dev.portcullis.policy.pattern.Endpoint;
import dev.portcullis.policy.pattern.RealPath;
import dev.portcullis.policy.ruleset.EgressQuestion;
import dev.portcullis.policy.ruleset.NumberQuestion;
import dev.portcullis.policy.ruleset.QuestionKind;
import java.nio.ByteBuffer;
import java.util.Arrays;
import java.util.HexFormat;

/**
 * What an operation is done to.
 *
 * @param text for people: a path as {@link RealPath#shown} has it, an address, or a name
 * @param question hexadecimal, the bytes that the rule set is asked; empty where there is no
 *     telling
 */
public record Example(String text, String question) {
    /** Whether the kernel always knows what is done. */
    static boolean isAlwaysResolved(QuestionKind kind) {
        return switch (kind) {
            case EXEC, MAP, READ, WRITE, READ_WRITE, EGRESS, LISTEN -> false;
            case SOCKET, CAPABILITY, OPERATION -> true;
        };
    }

    /** What the kernel is asked about where it cannot tell the path or the address. */
    static Example unresolved(QuestionKind kind) {
        return new Example(
                switch (kind) {
                    case EXEC, MAP, READ, WRITE, READ_WRITE -> "a file whose path cannot be told";
                    case EGRESS -> "a peer that cannot be told";
                    case LISTEN -> "an address that cannot be told";
                    case SOCKET, CAPABILITY, OPERATION ->
                            throw new IllegalArgumentException(kind + " can always be told");
                },
                "");
    }

    static Example of(QuestionKind kind, byte[] question) {
        String text =
                switch (kind) {
                    case EXEC, MAP, READ, WRITE, READ_WRITE -> RealPath.shown(question);
                    case EGRESS, LISTEN -> endpoint(question);
                    case SOCKET, CAPABILITY, OPERATION ->
                            NumberQuestion.text(kind, question[0] & 0xff);
                };
        return new Example(text, HexFormat.of().formatHex(question));
    }

    private static String endpoint(byte[] question) {
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
}
