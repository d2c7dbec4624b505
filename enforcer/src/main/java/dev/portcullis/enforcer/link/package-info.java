// SPDX-License-Identifier: Apache-2.0
/**
 * The connection of a node's agent to the operator. It carries messages and makes up for lost
 * connections; what they mean is {@link dev.portcullis.enforcer.node}'s business. The agent proves
 * itself by a token of its pod, the operator by a certificate.
 */
@NullMarked
package dev.portcullis.enforcer.link;

import org.jspecify.annotations.NullMarked;
