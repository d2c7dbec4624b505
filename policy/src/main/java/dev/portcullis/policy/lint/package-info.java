// SPDX-License-Identifier: Apache-2.0

/** Finds what is allowed in a policy but hardly meant. */
@NullMarked
package dev.portcullis.policy.lint;

import org.jspecify.annotations.NullMarked;
