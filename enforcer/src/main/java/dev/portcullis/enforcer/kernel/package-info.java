// SPDX-License-Identifier: Apache-2.0

/**
 * BPF objects, maps and pins as Java objects with owners, and what the running kernel offers.
 * Errors of libbpf and of the verifier leave here as exceptions with their own words in them.
 */
@org.jspecify.annotations.NullMarked
package dev.portcullis.enforcer.kernel;
