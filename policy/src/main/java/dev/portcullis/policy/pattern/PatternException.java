// SPDX-License-Identifier: Apache-2.0
package dev.portcullis.policy.pattern;

/**
 * A text is no pattern, path or name; the message is {@code what is wrong; what would be right}.
 */
public final class PatternException extends Exception {
    private static final long serialVersionUID = 1;

    public PatternException(String message) {
        super(message);
    }
}
