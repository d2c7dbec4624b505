// SPDX-License-Identifier: Apache-2.0

/**
 * Tells the nodes, over one gRPC stream each, and hears what they did. The protocol is a state
 * machine of its own, apart from the stream that carries it and from the token that opens it.
 * Whatever a node does, no queue for it can grow.
 */
@NullMarked
package dev.portcullis.operator.serve;

import org.jspecify.annotations.NullMarked;
