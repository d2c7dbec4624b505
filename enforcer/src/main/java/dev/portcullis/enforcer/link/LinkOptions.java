// SPDX-License-Identifier: Apache-2.0
package dev.portcullis.enforcer.link;

import java.nio.file.Path;

/**
 * Where the operator is and how both sides prove themselves. The files are read at every connect,
 * as both are renewed while the agent runs.
 *
 * @param target {@code HOST:PORT}
 * @param serverName the name that the operator's certificate must have
 * @param authority file with the certificates, in PEM, that may have issued it
 * @param token file with the token of this agent's pod
 */
public record LinkOptions(String target, String serverName, Path authority, Path token) {}
