// SPDX-License-Identifier: Apache-2.0

/**
 * What every node shall know, from the decision of {@code select} and the rule sets of {@code
 * compile}. Where a rule set is missing or cannot be made, it is decided here what holds instead.
 * Pure functions again, but for the plan before, which they take as an argument.
 */
@NullMarked
package dev.portcullis.operator.plan;

import org.jspecify.annotations.NullMarked;
