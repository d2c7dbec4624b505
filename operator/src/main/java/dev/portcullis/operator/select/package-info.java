// SPDX-License-Identifier: Apache-2.0

/**
 * Which policies hold for which container, and in which mode. Pure functions from a view of the
 * cluster and a time to a decision. Nothing here compiles, sends or writes.
 */
@NullMarked
package dev.portcullis.operator.select;

import org.jspecify.annotations.NullMarked;
