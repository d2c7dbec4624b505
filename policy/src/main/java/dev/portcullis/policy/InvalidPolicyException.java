// SPDX-License-Identifier: Apache-2.0
package dev.portcullis.policy;

import java.util.List;
import java.util.stream.Collectors;

/** Policies are wrong. Holds all that was found, in the order of the text. */
public final class InvalidPolicyException extends PolicyException {
    private static final long serialVersionUID = 1;

    @SuppressWarnings("serial") // never serialised
    private final List<Problem> problems;

    /**
     * Refuses for these reasons.
     *
     * @param problems at least one
     */
    public InvalidPolicyException(List<Problem> problems) {
        super(problems.stream().map(Problem::toString).collect(Collectors.joining("\n")));
        this.problems = List.copyOf(problems);
    }

    public List<Problem> problems() {
        return problems;
    }
}
