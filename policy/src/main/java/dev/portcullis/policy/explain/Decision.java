// SPDX-License-Identifier: Apache-2.0
package dev.portcullis.policy.explain;

import dev.portcullis.api.v1alpha1.Action;
import dev.portcullis.policy.ruleset.RuleInfo;
import java.util.Optional;

/**
 * What becomes of an operation, and by whom.
 *
 * @param action what becomes of it; {@link Action#AUDIT} is allowed and reported
 * @param by the rule or default that decided; empty where nothing speaks of the operation
 */
public record Decision(Action action, Optional<RuleInfo> by) {}
