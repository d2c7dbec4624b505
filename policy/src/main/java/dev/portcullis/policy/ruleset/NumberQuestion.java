// SPDX-License-Identifier: Apache-2.0
package dev.portcullis.policy.ruleset;

import dev.portcullis.api.v1alpha1.Capability;
import dev.portcullis.api.v1alpha1.Named;
import dev.portcullis.api.v1alpha1.Protocol;
import dev.portcullis.api.v1alpha1.SystemOperation;
import java.util.Arrays;
import java.util.function.ToIntFunction;

/**
 * The questions of one byte.
 *
 * <pre>
 *   CAPABILITY  the kernel's number of the capability, 0 to 40 or, of a kernel to come, above
 *   OPERATION   1 Mount, 2 Ptrace, 3 UserNamespace, 4 Bpf, 5 ModuleLoad, 6 Kexec
 *   SOCKET      1 Raw, 2 Packet, 3 Unix, 4 Netlink
 * </pre>
 */
public final class NumberQuestion {
    /** The highest sort of socket; the lowest is 1. */
    public static final int SOCKETS = 4;

    /** The highest operation; the lowest is 1. */
    public static final int OPERATIONS = SystemOperation.values().length;

    /** The highest capability that the kernel has room for. */
    public static final int LAST_CAPABILITY = 63;

    private NumberQuestion() {}

    /** The byte for {@link QuestionKind#CAPABILITY}. */
    public static int of(Capability capability) {
        return capability.number();
    }

    /** The byte for {@link QuestionKind#OPERATION}. */
    public static int of(SystemOperation operation) {
        return operation.ordinal() + 1;
    }

    /**
     * The byte for {@link QuestionKind#SOCKET}.
     *
     * @throws IllegalArgumentException if the protocol is judged by its peers instead
     */
    public static int of(Protocol socket) {
        return switch (socket) {
            case RAW -> 1;
            case PACKET -> 2;
            case UNIX -> 3;
            case NETLINK -> 4;
            case TCP, UDP, SCTP, ICMP ->
                    throw new IllegalArgumentException(socket + " is judged by its peers");
        };
    }

    /** What a byte stands for, as policies spell it; the number itself where they cannot. */
    public static String text(QuestionKind kind, int number) {
        return switch (kind) {
            case CAPABILITY -> text(Capability.values(), NumberQuestion::of, number);
            case OPERATION -> text(SystemOperation.values(), NumberQuestion::of, number);
            case SOCKET -> text(sockets(), NumberQuestion::of, number);
            default -> throw new IllegalArgumentException(kind + " is not about a number");
        };
    }

    private static <N extends Named> String text(N[] all, ToIntFunction<N> numberOf, int number) {
        return Arrays.stream(all)
                .filter(one -> numberOf.applyAsInt(one) == number)
                .findAny()
                .map(Named::text)
                .orElse(Integer.toString(number));
    }

    /** The protocols that are sorts of sockets. */
    public static Protocol[] sockets() {
        return Arrays.stream(Protocol.values()).filter(Protocol::isSocket).toArray(Protocol[]::new);
    }

    /** One of these as a question. */
    public static byte[] bytes(int number) {
        return new byte[] {(byte) number};
    }
}
