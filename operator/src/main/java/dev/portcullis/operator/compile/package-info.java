// SPDX-License-Identifier: Apache-2.0

/**
 * Policies that select the same container become one rule set, compiled once for the whole cluster.
 * Compiling can take seconds, so it has a thread of its own and the others never wait for it. A
 * result is kept for as long as some pod needs it.
 */
@NullMarked
package dev.portcullis.operator.compile;

import org.jspecify.annotations.NullMarked;
