// SPDX-License-Identifier: Apache-2.0
package dev.portcullis.policy;

/**
 * Something wrong in a policy.
 *
 * @param file as the caller named it
 * @param line from 1
 * @param column in characters, from 1
 * @param field such as {@code spec.file.rules[0].paths[2]}; empty where the text is no YAML
 * @param message {@code what is wrong; what would be right}
 */
public record Problem(String file, int line, int column, String field, String message) {
    /** {@code FILE:LINE:COLUMN: FIELD: MESSAGE}. */
    @Override
    public String toString() {
        String place = file + ":" + line + ":" + column + ": ";
        return place + (field.isEmpty() ? "" : field + ": ") + message;
    }
}
