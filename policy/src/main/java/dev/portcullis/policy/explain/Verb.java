// SPDX-License-Identifier: Apache-2.0
package dev.portcullis.policy.explain;

import dev.portcullis.policy.pattern.Endpoint;
import dev.portcullis.policy.pattern.PatternException;
import dev.portcullis.policy.pattern.RealPath;
import dev.portcullis.policy.ruleset.EgressQuestion;
import dev.portcullis.policy.ruleset.QuestionKind;

/** What people can ask about, by the words they ask with. */
public enum Verb {
    /** Executing a file. */
    EXEC("exec", "exec", QuestionKind.EXEC),

    /** Opening a file for reading. */
    OPEN("open", "read", QuestionKind.READ),

    /** Opening a file for writing. */
    WRITE("write", "write", QuestionKind.WRITE),

    /** Connecting or sending to a peer. */
    CONNECT("connect", "connect", QuestionKind.EGRESS);

    private final String word;
    private final String answered;
    private final QuestionKind kind;

    Verb(String word, String answered, QuestionKind kind) {
        this.word = word;
        this.answered = answered;
        this.kind = kind;
    }

    /** The word people ask with: an option's name, a field's name. */
    public String word() {
        return word;
    }

    /** The word in answers. */
    public String answered() {
        return answered;
    }

    public QuestionKind kind() {
        return kind;
    }

    /**
     * The operation of doing this to something.
     *
     * @param object a path as the kernel tells it, or a peer as {@link Endpoint#parse} takes it
     * @throws PatternException if there is no such path or peer
     */
    public Operation to(String object) throws PatternException {
        return new Operation(this, object, question(object));
    }

    private byte[] question(String object) throws PatternException {
        return switch (this) {
            case EXEC, OPEN, WRITE -> RealPath.bytes(object);
            case CONNECT -> {
                Endpoint peer = Endpoint.parse(object);
                yield EgressQuestion.of(peer.protocol(), peer.address(), peer.port());
            }
        };
    }
}
