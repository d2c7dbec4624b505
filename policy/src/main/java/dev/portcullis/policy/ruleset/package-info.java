// SPDX-License-Identifier: Apache-2.0

/**
 * The compiled form of policies, as the kernel reads it. This package is the contract between the
 * compiler, which makes rule sets, and the agent, which loads them. It knows neither YAML nor the
 * kernel.
 */
@org.jspecify.annotations.NullMarked
package dev.portcullis.policy.ruleset;
