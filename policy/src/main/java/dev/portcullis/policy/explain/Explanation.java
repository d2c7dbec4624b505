// SPDX-License-Identifier: Apache-2.0
package dev.portcullis.policy.explain;

import java.util.Optional;

/**
 * Why one lane judges an operation as it does.
 *
 * @param decision what it decides
 * @param without what it would decide if there were not the rule or default that decided; empty if
 *     nobody did
 */
public record Explanation(Decision decision, Optional<Decision> without) {}
