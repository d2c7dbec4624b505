// SPDX-License-Identifier: Apache-2.0

/**
 * From the kernel's ring buffer to public events: the reader, the decoder, and the thread that runs
 * them. Records come in the order in which the kernel wrote them. A full buffer loses events, never
 * a verdict, and the loss is counted.
 */
@org.jspecify.annotations.NullMarked
package dev.portcullis.enforcer.event;
