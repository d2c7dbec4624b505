// SPDX-License-Identifier: Apache-2.0

/**
 * Tells what changes of policies mean: which operations are judged otherwise, with the shortest
 * example of each difference. What is not told is judged as before, whatever the operation is.
 */
@NullMarked
package dev.portcullis.policy.diff;

import org.jspecify.annotations.NullMarked;
