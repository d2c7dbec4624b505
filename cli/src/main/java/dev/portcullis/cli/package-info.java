// SPDX-License-Identifier: Apache-2.0

/**
 * The {@code portcullis} command: policies from files, one command or the machine's containers
 * under enforcement, events as JSON lines. It joins the policy language and the agent, and adds
 * nothing to what either of them means.
 */
@org.jspecify.annotations.NullMarked
package dev.portcullis.cli;
