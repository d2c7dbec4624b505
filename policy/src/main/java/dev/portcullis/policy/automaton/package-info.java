// SPDX-License-Identifier: Apache-2.0

/**
 * Finite automata over bytes: built from fragments, made deterministic, minimised. Everything here
 * is bounded in memory and fails with a count of what grew, never by cutting something off. It
 * knows neither paths nor policies, only integer tags that mark what accepts.
 */
@NullMarked
package dev.portcullis.policy.automaton;

import org.jspecify.annotations.NullMarked;
