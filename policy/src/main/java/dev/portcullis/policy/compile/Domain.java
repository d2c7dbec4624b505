// SPDX-License-Identifier: Apache-2.0
package dev.portcullis.policy.compile;

import dev.portcullis.policy.ruleset.QuestionKind;
import java.util.List;

/**
 * Questions that one automaton answers: they are about one section, in bytes of one form. A network
 * section has two, as its rules speak of peers and of the making of sockets.
 */
enum Domain {
    /** Of the process section, paths. */
    PROCESS,
    /** Of the file section, paths. */
    FILE,
    /** Of the network section, addresses. */
    PEERS,
    /** Of the network section, sorts of sockets. */
    SOCKETS,
    /** Of the capabilities section. */
    CAPABILITIES,
    /** Of the system section. */
    SYSTEM;

    /** The kinds of question that are its own. */
    List<QuestionKind> kinds() {
        return switch (this) {
            case PROCESS -> List.of(QuestionKind.EXEC, QuestionKind.MAP);
            case FILE -> List.of(QuestionKind.READ, QuestionKind.WRITE, QuestionKind.READ_WRITE);
            case PEERS -> List.of(QuestionKind.EGRESS, QuestionKind.LISTEN);
            case SOCKETS -> List.of(QuestionKind.SOCKET);
            case CAPABILITIES -> List.of(QuestionKind.CAPABILITY);
            case SYSTEM -> List.of(QuestionKind.OPERATION);
        };
    }

    /** Whose question it is. */
    static Domain of(QuestionKind kind) {
        return switch (kind) {
            case EXEC, MAP -> PROCESS;
            case READ, WRITE, READ_WRITE -> FILE;
            case EGRESS, LISTEN -> PEERS;
            case SOCKET -> SOCKETS;
            case CAPABILITY -> CAPABILITIES;
            case OPERATION -> SYSTEM;
        };
    }
}
