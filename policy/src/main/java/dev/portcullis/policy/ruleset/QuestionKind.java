// SPDX-License-Identifier: Apache-2.0
package dev.portcullis.policy.ruleset;

/**
 * The kinds of question a kernel hook asks of a rule set. Every kind has a start state of its own
 * in the automaton.
 *
 * <p>The ordinals are shared with {@code enum question_kind} in {@code bpf-lsm/src/portcullis.h}; a
 * test compares them.
 *
 * <p>The bytes fed to the automaton are, for the path kinds, the path itself from the root of the
 * container's mount namespace ({@code /etc/shadow}, {@code memfd:x}), without a terminator; for
 * {@link #EGRESS} and {@link #LISTEN} the 20 bytes that {@link EgressQuestion} describes; for the
 * others the one byte that {@link NumberQuestion} describes.
 */
public enum QuestionKind {
    /** May this file be executed? The bytes are its path. */
    EXEC,
    /**
     * May this file be mapped executable? Refused only by what names it: a default would refuse
     * every shared library.
     */
    MAP,
    /** May this file be opened for reading? */
    READ,
    /** May this file be opened for writing, or created? */
    WRITE,
    /**
     * May this file be opened for both? The stricter of the answers to {@link #READ} and {@link
     * #WRITE}.
     */
    READ_WRITE,
    /** May this peer be connected or sent to? */
    EGRESS,
    /** May a socket be bound to this local address, or listen there? */
    LISTEN,
    /** May a socket of this sort be made? */
    SOCKET,
    /** May this capability be used? */
    CAPABILITY,
    /** May this be done to the system? */
    OPERATION
}
