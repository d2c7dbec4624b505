// SPDX-License-Identifier: Apache-2.0
package dev.portcullis.policy.ruleset;

import dev.portcullis.api.v1alpha1.Capability;
import dev.portcullis.api.v1alpha1.Protocol;
import dev.portcullis.api.v1alpha1.SystemOperation;

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

    /** One of these as a question. */
    public static byte[] bytes(int number) {
        return new byte[] {(byte) number};
    }
}
