// SPDX-License-Identifier: Apache-2.0

/**
 * Tests that ask a real kernel. Each starts one agent, runs the program {@code attempt} in
 * containers, and looks at what the kernel did: the answer of the system call, the bytes of the
 * file, the datagram that came or did not. Every refusal is held against two twins: the same
 * operations under the same policy in mode Audit, and under none.
 */
@org.jspecify.annotations.NullMarked
package dev.portcullis.e2e;
