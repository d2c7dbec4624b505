// SPDX-License-Identifier: Apache-2.0
package dev.portcullis.policy.lint;

/**
 * Something in a policy that is hardly meant.
 *
 * @param file as the caller named it; empty where the policy did not come from a file
 * @param line from 1; 0 where it is not known
 * @param field such as {@code spec.file.rules[0].paths[2]}
 * @param message {@code what is odd; what would be right}
 */
public record Warning(String file, int line, String field, String message) {
    /** {@code FILE:LINE: warning: FIELD: MESSAGE}. */
    @Override
    public String toString() {
        return file + ":" + line + ": warning: " + field + ": " + message;
    }
}
