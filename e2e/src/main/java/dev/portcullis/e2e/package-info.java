// SPDX-License-Identifier: Apache-2.0

/**
 * The demonstration: the main job, shown on a real kernel. It uses the agent exactly as {@code
 * portcullis run} does. The tests of the same things are in this module's test sources.
 */
@org.jspecify.annotations.NullMarked
package dev.portcullis.e2e;
