// SPDX-License-Identifier: Apache-2.0
package dev.portcullis.policy.explain;

import dev.portcullis.api.v1alpha1.Capability;
import dev.portcullis.api.v1alpha1.Named;
import dev.portcullis.api.v1alpha1.SystemOperation;
import dev.portcullis.policy.pattern.Endpoint;
import dev.portcullis.policy.pattern.PatternException;
import dev.portcullis.policy.pattern.RealPath;
import dev.portcullis.policy.ruleset.EgressQuestion;
import dev.portcullis.policy.ruleset.NumberQuestion;
import dev.portcullis.policy.ruleset.QuestionKind;
import java.util.Arrays;
import java.util.function.ToIntFunction;
import java.util.stream.Collectors;

/** What people can ask about, by the words they ask with. */
public enum Verb {
    /** Executing a file. */
    EXEC("exec", "exec", QuestionKind.EXEC),

    /** Mapping a file executable, as loaders of programs do. */
    MAP("map", "map", QuestionKind.MAP),

    /** Opening a file for reading. */
    OPEN("open", "read", QuestionKind.READ),

    /** Opening a file for writing. */
    WRITE("write", "write", QuestionKind.WRITE),

    /** Connecting or sending to a peer. */
    CONNECT("connect", "connect", QuestionKind.EGRESS),

    /** Binding to a local address, or listening there. */
    LISTEN("listen", "listen", QuestionKind.LISTEN),

    /** Making a socket of a sort. */
    SOCKET("socket", "socket", QuestionKind.SOCKET),

    /** Using a capability. */
    CAPABILITY("capability", "capability", QuestionKind.CAPABILITY),

    /** Doing something to the system. */
    OPERATION("operation", "operation", QuestionKind.OPERATION);

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
     * @param object a path as the kernel tells it, an address as {@link Endpoint#parse} takes it,
     *     or a name as policies spell it
     * @throws PatternException if there is no such path, address or name
     */
    public Operation to(String object, Doer doer) throws PatternException {
        return new Operation(this, object, question(object), doer);
    }

    private byte[] question(String object) throws PatternException {
        return switch (this) {
            case EXEC, MAP, OPEN, WRITE -> RealPath.bytes(object);
            case CONNECT -> bytes(Endpoint.parse(object).asPeer());
            case LISTEN -> bytes(Endpoint.parse(object));
            case SOCKET -> number(object, NumberQuestion.sockets(), NumberQuestion::of);
            case CAPABILITY -> number(object, Capability.values(), NumberQuestion::of);
            case OPERATION -> number(object, SystemOperation.values(), NumberQuestion::of);
        };
    }

    private static byte[] bytes(Endpoint endpoint) {
        return EgressQuestion.of(endpoint.protocol(), endpoint.address(), endpoint.port());
    }

    private static <N extends Named> byte[] number(String text, N[] all, ToIntFunction<N> numberOf)
            throws PatternException {
        for (N one : all) {
            if (one.text().equals(text)) {
                return NumberQuestion.bytes(numberOf.applyAsInt(one));
            }
        }
        throw new PatternException(
                "\"%s\" is none; use one of %s"
                        .formatted(
                                text,
                                Arrays.stream(all)
                                        .map(Named::text)
                                        .collect(Collectors.joining(", "))));
    }
}
