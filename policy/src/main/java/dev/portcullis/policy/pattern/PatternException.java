// SPDX-License-Identifier: Apache-2.0
package dev.portcullis.policy.pattern;

/** A text is no pattern; the message is {@code what is wrong; what would be right}. */
public final class PatternException extends Exception {
    private static final long serialVersionUID = 1;

    PatternException(String message) {
        super(message);
    }
}
