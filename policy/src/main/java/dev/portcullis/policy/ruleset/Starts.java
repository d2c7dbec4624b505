// SPDX-License-Identifier: Apache-2.0
package dev.portcullis.policy.ruleset;

import java.util.Arrays;

/**
 * Where in the automaton a question begins: that depends on who asks, and what kind of question it
 * is. All that rules say of subjects and owners is in these numbers, so the walk itself knows
 * nothing of them.
 *
 * <p>Subjects fall into classes, from 0, that no rule tells apart. Class 0 is that of the subjects
 * that no rule names; in a rule set without {@code from} and {@code exceptFrom} there is no other.
 */
public final class Starts {
    /** The most classes of subjects that a rule set can have, so that a byte holds one. */
    public static final int MAX_CLASSES = 256;

    private static final int KINDS = QuestionKind.values().length;
    private static final int LANES = Lane.values().length;
    private static final int OWNERS = 2;

    private final int subject;
    private final int unknown;
    private final int[] states;
    private final int[] unresolved;

    /**
     * Wraps what the compiler made.
     *
     * @param subject where the path of a subject begins, at whose end the class stands; {@link
     *     RuleSet#NO_START} where there is one class only
     * @param unknown the class of a subject whose path is not known
     * @param states start state, or {@link RuleSet#NO_START}, at {@code (class * 2 + owner) * kinds
     *     + kind}, with 1 for the owner
     * @param unresolved the verdict for a path that cannot be told, at {@code (class * kinds +
     *     kind) * 2 + lane}: refusal by the first rule that could refuse, otherwise {@link
     *     Verdict#ALLOW}
     * @throws IllegalArgumentException if the arrays are not of one number of classes
     */
    public Starts(int subject, int unknown, int[] states, int[] unresolved) {
        this.subject = subject;
        this.unknown = unknown;
        this.states = states.clone();
        this.unresolved = unresolved.clone();
        int classes = classes();
        if (classes < 1
                || classes > MAX_CLASSES
                || states.length != classes * OWNERS * KINDS
                || unresolved.length != classes * KINDS * LANES) {
            throw new IllegalArgumentException(
                    "%d starts and %d unresolved verdicts, not 2 each of %d kinds for 1 to %d classes"
                            .formatted(states.length, unresolved.length, KINDS, MAX_CLASSES));
        }
        if (unknown < 0 || unknown >= classes) {
            throw new IllegalArgumentException("class " + unknown + " of " + classes);
        }
    }

    /**
     * Starts that do not depend on who asks.
     *
     * @param states by kind
     * @param unresolved by kind and lane
     */
    public static Starts forAnybody(int[] states, int[] unresolved) {
        int[] both = Arrays.copyOf(states, OWNERS * states.length);
        System.arraycopy(states, 0, both, states.length, states.length);
        return new Starts(RuleSet.NO_START, 0, both, unresolved);
    }

    /** Where the path of a subject begins. */
    public int subject() {
        return subject;
    }

    /** How many classes of subjects there are. */
    public int classes() {
        return states.length / (OWNERS * KINDS);
    }

    /** The class of a subject whose path is not known. */
    public int unknown() {
        return unknown;
    }

    /** The start state, or {@link RuleSet#NO_START}. */
    public int state(QuestionKind kind, Asker asker) {
        int row = asker.subjectClass() * OWNERS + (asker.owner() ? 1 : 0);
        return states[row * KINDS + kind.ordinal()];
    }

    /** The verdict in one lane where the path of an operation cannot be told. */
    public int unresolved(QuestionKind kind, Lane lane, int subjectClass) {
        return unresolved[(subjectClass * KINDS + kind.ordinal()) * LANES + lane.ordinal()];
    }

    /** Whether anybody can be refused or reported for this. */
    public boolean isAsked(QuestionKind kind) {
        for (int row = kind.ordinal(); row < states.length; row += KINDS) {
            if (states[row] != RuleSet.NO_START) {
                return true;
            }
        }
        return false;
    }

    /** Whether it matters to anybody's question of this kind who owns the file. */
    public boolean dependsOnOwner(QuestionKind kind) {
        for (int at = kind.ordinal(); at < states.length; at += OWNERS * KINDS) {
            if (states[at] != states[at + KINDS]) {
                return true;
            }
        }
        return false;
    }

    /** A copy of the start states, in the order of the constructor. */
    public int[] states() {
        return states.clone();
    }

    /** A copy of the verdicts, in the order of the constructor. */
    public int[] unresolved() {
        return unresolved.clone();
    }
}
