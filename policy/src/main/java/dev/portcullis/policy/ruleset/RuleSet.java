// SPDX-License-Identifier: Apache-2.0
package dev.portcullis.policy.ruleset;

import java.util.Arrays;
import java.util.List;
import java.util.Objects;

/**
 * All policies that select one container, compiled: immutable, addressed by its content, shared by
 * every container with the same policies.
 *
 * <p>The automaton is a table of 32-bit cells, in the form the kernel walks: see {@link Cell}.
 * Start at {@link #start}, follow the column of each byte of the question, then that of its end,
 * which leads to the verdict in each lane. Every state has an answer and a successor for every
 * byte. Nothing refers to an absolute address.
 */
public final class RuleSet {
    /**
     * Stands in {@link #start} for a kind that nothing forbids or reports, so that the kernel need
     * not even ask.
     */
    public static final int NO_START = 0;

    private final String id;
    private final int[] cells;
    private final int classes;
    private final int[] starts;
    private final int[] unresolved;
    private final List<RuleInfo> rules;

    /**
     * Wraps what the compiler made.
     *
     * @param id hexadecimal SHA-256 of the meaning; equal for equal policies in any order
     * @param cells the automaton
     * @param classes number of byte classes, 1 to 256
     * @param starts start state by {@link QuestionKind}, or {@link #NO_START}
     * @param unresolved the verdict, by kind and lane ({@code kind * 2 + lane}), for a path that
     *     cannot be told: refusal by the first rule that could refuse, otherwise {@link
     *     Verdict#ALLOW}
     * @param rules what verdicts name by index
     */
    public RuleSet(
            String id,
            int[] cells,
            int classes,
            int[] starts,
            int[] unresolved,
            List<RuleInfo> rules) {
        this.id = Objects.requireNonNull(id);
        this.cells = cells.clone();
        this.classes = classes;
        this.starts = starts.clone();
        this.unresolved = unresolved.clone();
        this.rules = List.copyOf(rules);
        int kinds = QuestionKind.values().length;
        if (starts.length != kinds || unresolved.length != kinds * Lane.values().length) {
            throw new IllegalArgumentException(
                    "one start and two unresolved verdicts a question kind");
        }
        if (classes < 1 || classes > 256) {
            throw new IllegalArgumentException(classes + " byte classes");
        }
        if (cells.length < Cell.CLASS_CELLS || cells.length > Cell.MAX_CELLS) {
            throw new IllegalArgumentException(cells.length + " cells");
        }
    }

    public String id() {
        return id;
    }

    /** A copy of the automaton's cells. */
    public int[] cells() {
        return cells.clone();
    }

    /** How many cells the automaton has. */
    public int size() {
        return cells.length;
    }

    public int classes() {
        return classes;
    }

    public int start(QuestionKind kind) {
        return starts[kind.ordinal()];
    }

    /** The verdict in one lane where the path of an operation cannot be told. */
    public int unresolved(QuestionKind kind, Lane lane) {
        return unresolved[kind.ordinal() * Lane.values().length + lane.ordinal()];
    }

    public List<RuleInfo> rules() {
        return rules;
    }

    /** Answers one question exactly as the kernel would. */
    public int judge(QuestionKind kind, Lane lane, byte[] question) {
        int state = start(kind);
        if (state == NO_START) {
            return Verdict.ALLOW;
        }
        for (byte b : question) {
            state = Cell.follow(cells, state, Cell.columnOf(cells, b));
        }
        return cells[Cell.follow(cells, state, Cell.END) + lane.ordinal()];
    }

    @Override
    public boolean equals(Object other) {
        return other instanceof RuleSet that
                && id.equals(that.id)
                && Arrays.equals(cells, that.cells);
    }

    @Override
    public int hashCode() {
        return id.hashCode();
    }

    @Override
    public String toString() {
        return "RuleSet[" + id + ", " + cells.length + " cells, " + rules.size() + " rules]";
    }
}
