// SPDX-License-Identifier: Apache-2.0
package dev.portcullis.cli;

/** What the user gave cannot be used; the message says which part and what would be right. */
final class BadInputException extends RuntimeException {
    private static final long serialVersionUID = 1;

    BadInputException(String message) {
        super(message);
    }
}
