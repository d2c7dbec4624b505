// SPDX-License-Identifier: Apache-2.0

/**
 * From policies to a rule set: what the rules match goes into one automaton, what they decide into
 * the verdicts of its states. How rules outrank each other is in {@code Precedence} and nowhere
 * else. The same policies in any order give the same rule set, bit by bit.
 */
@NullMarked
package dev.portcullis.policy.compile;

import org.jspecify.annotations.NullMarked;
