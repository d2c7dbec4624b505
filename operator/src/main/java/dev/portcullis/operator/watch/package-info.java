// SPDX-License-Identifier: Apache-2.0

/**
 * The informers: the only place that reads the cluster. Each object becomes a small view as it
 * comes in and is then forgotten, which is what keeps memory low with thousands of pods. Whoever
 * wants to know is told that something changed, never what.
 */
@NullMarked
package dev.portcullis.operator.watch;

import org.jspecify.annotations.NullMarked;
