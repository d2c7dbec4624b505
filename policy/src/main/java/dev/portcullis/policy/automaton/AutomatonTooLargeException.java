// SPDX-License-Identifier: Apache-2.0
package dev.portcullis.policy.automaton;

import java.util.List;
import java.util.function.IntUnaryOperator;

/** An automaton would grow over its budget. Nothing was cut off; there is no result. */
public final class AutomatonTooLargeException extends Exception {
    private static final long serialVersionUID = 1;

    @SuppressWarnings("serial") // never serialised
    private final List<Integer> tags;

    AutomatonTooLargeException(String message, List<Integer> tags) {
        super(message);
        this.tags = List.copyOf(tags);
    }

    /** The tags that contribute most, the worst first; empty where none stands out. */
    public List<Integer> tags() {
        return tags;
    }

    /** The same of other tags; negative ones are left out. */
    public AutomatonTooLargeException retagged(IntUnaryOperator newTag) {
        return new AutomatonTooLargeException(
                String.valueOf(getMessage()),
                tags.stream().map(newTag::applyAsInt).filter(tag -> tag >= 0).distinct().toList());
    }
}
