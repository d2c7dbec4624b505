// SPDX-License-Identifier: Apache-2.0

/**
 * Tests that ask a real cluster, by its API. Each refusal is told from what happened: the mark that
 * a program leaves on a volume of the node when it runs, the exit status, what the policy's status
 * counts, the enforcer's events. And each is held against a twin: the same in a pod that no policy
 * selects.
 */
@org.jspecify.annotations.NullMarked
package dev.portcullis.e2e.cluster;
