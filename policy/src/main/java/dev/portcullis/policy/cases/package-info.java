// SPDX-License-Identifier: Apache-2.0

/**
 * Unit tests of policies: what a file of cases holds, and whether policies pass it. Reading the
 * file is in {@code parse}; which policies select a pod is for the caller to say.
 */
@NullMarked
package dev.portcullis.policy.cases;

import org.jspecify.annotations.NullMarked;
