// SPDX-License-Identifier: Apache-2.0
package dev.portcullis.policy.ruleset;

/**
 * Who asks a question, as far as a rule set tells askers apart.
 *
 * @param subjectClass the class of its subject: what {@link RuleSet#subjectClass} says of a path,
 *     or {@link Starts#unknown()}
 * @param owner whether the file asked about belongs to the task
 */
public record Asker(int subjectClass, boolean owner) {
    /** A subject that no rule names, and no owner. */
    public static final Asker ANYBODY = new Asker(0, false);
}
