// SPDX-License-Identifier: Apache-2.0
package dev.portcullis.policy.explain;

import java.util.Optional;

/**
 * Who does an operation.
 *
 * @param subject the path of its executable, as it was executed; empty where it is not known
 * @param owner whether the file belongs to it
 */
public record Doer(Optional<byte[]> subject, boolean owner) {
    /** Somebody whom no rule names, and who owns nothing. No rule names the empty path. */
    public static final Doer ANYBODY = new Doer(Optional.of(new byte[0]), false);
}
