// SPDX-License-Identifier: Apache-2.0
package dev.portcullis.policy.ruleset;

/**
 * The two verdicts that each state of the automaton carries, in the order in which they stand in a
 * row.
 */
public enum Lane {
    /** What the policies in Enforce mode say. */
    ENFORCE,
    /** What all policies, Enforce and Audit together, would say if all were enforced. */
    AUDIT
}
