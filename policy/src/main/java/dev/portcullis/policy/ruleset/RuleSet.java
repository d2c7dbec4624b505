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
 * Start where {@link Starts} says, follow the column of each byte of the question, then that of its
 * end, which leads to the verdict in each lane; at the end of a subject's path both are its class.
 * Every state has an answer and a successor for every byte. Nothing refers to an absolute address.
 */
public final class RuleSet {
    /**
     * Stands in {@link Starts} for a kind that nothing forbids or reports, so that the kernel need
     * not even ask.
     */
    public static final int NO_START = 0;

    private final String id;
    private final int[] cells;
    private final int classes;
    private final Starts starts;
    private final List<RuleInfo> rules;

    /**
     * Wraps what the compiler made.
     *
     * @param id hexadecimal SHA-256 of the meaning; equal for equal policies in any order
     * @param cells the automaton
     * @param classes number of byte classes, 1 to 256
     * @param starts where questions begin
     * @param rules what verdicts name by index
     */
    public RuleSet(String id, int[] cells, int classes, Starts starts, List<RuleInfo> rules) {
        this.id = Objects.requireNonNull(id);
        this.cells = cells.clone();
        this.classes = classes;
        this.starts = starts;
        this.rules = List.copyOf(rules);
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

    /** Where questions begin. */
    public Starts starts() {
        return starts;
    }

    /** Where a question of {@link Asker#ANYBODY} begins, or {@link #NO_START}. */
    public int start(QuestionKind kind) {
        return starts.state(kind, Asker.ANYBODY);
    }

    /**
     * The verdict in one lane where the path of an operation of {@link Asker#ANYBODY} cannot be
     * told.
     */
    public int unresolved(QuestionKind kind, Lane lane) {
        return starts.unresolved(kind, lane, Asker.ANYBODY.subjectClass());
    }

    public List<RuleInfo> rules() {
        return rules;
    }

    /** Answers a question of {@link Asker#ANYBODY}. */
    public int judge(QuestionKind kind, Lane lane, byte[] question) {
        return judge(kind, lane, question, Asker.ANYBODY);
    }

    /** Answers one question exactly as the kernel would. */
    public int judge(QuestionKind kind, Lane lane, byte[] question, Asker asker) {
        return walk(starts.state(kind, asker), question, lane);
    }

    /** The class of a subject, by its path as it was executed. */
    public int subjectClass(byte[] path) {
        return walk(starts.subject(), path, Lane.ENFORCE);
    }

    private int walk(int start, byte[] text, Lane lane) {
        if (start == NO_START) {
            return Verdict.ALLOW;
        }
        int state = start;
        for (byte b : text) {
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
