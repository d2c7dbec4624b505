// SPDX-License-Identifier: Apache-2.0
package dev.portcullis.e2e;

import dev.portcullis.policy.oracle.Oracle.Operation;
import dev.portcullis.policy.ruleset.QuestionKind;
import java.util.List;

/**
 * An operation that a kernel can be asked to do, and what rules are asked of it, in that order, as
 * docs/hooks.md has it: the first refusal ends it.
 *
 * @param line as the program {@code batch} takes it, a char a byte
 * @param own the errno with which it ends where nothing refuses it, or {@link #ANY} of the
 *     network's
 */
record DifferentialCase(String line, List<Operation> questions, int own) {
    static final int KILLED = -1;
    static final int ANY = -2;
    static final int EPERM = 1;
    static final int EACCES = 13;

    private static final int PTRACE = 2;

    /** The errno with which the hook of a question refuses. */
    static int refusal(Operation question) {
        return question.kind() == QuestionKind.CAPABILITY
                        || question.kind() == QuestionKind.OPERATION && question.number() == PTRACE
                ? EPERM
                : EACCES;
    }

    /** Whether an operation that nothing refuses can end so. */
    boolean isOwn(int errno) {
        return own == ANY ? errno != EPERM && errno != EACCES && errno != KILLED : errno == own;
    }
}
