// SPDX-License-Identifier: Apache-2.0

/**
 * Threads that do one thing again whenever they are woken. However often that is, what waits is a
 * flag and never a queue. What a turn has to do, it finds by looking at the state of things.
 */
@NullMarked
package dev.portcullis.operator.loop;

import org.jspecify.annotations.NullMarked;
