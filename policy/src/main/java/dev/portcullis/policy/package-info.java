// SPDX-License-Identifier: Apache-2.0

/**
 * The policy language: what its parser gives, what its compiler takes, and how both refuse. The
 * parser is in {@code parse}, the compiler in {@code compile}, its result in {@code ruleset};
 * {@code explain} says why, {@code lint} what is of no use, {@code diff} what a change means,
 * {@code cases} are unit tests of policies. Nothing in this module does any I/O.
 */
@NullMarked
package dev.portcullis.policy;

import org.jspecify.annotations.NullMarked;
