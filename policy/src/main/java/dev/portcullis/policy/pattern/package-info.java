// SPDX-License-Identifier: Apache-2.0

/**
 * The small languages inside a policy: path globs, networks, ports. Each has one parser, which says
 * what is wrong and what would be right. The user's description of them is docs/policy-language.md.
 */
@NullMarked
package dev.portcullis.policy.pattern;

import org.jspecify.annotations.NullMarked;
