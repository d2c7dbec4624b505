// SPDX-License-Identifier: Apache-2.0
package dev.portcullis.enforcer.kernel;

import java.io.IOException;
import java.nio.file.AccessDeniedException;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.FileSystemException;
import java.nio.file.NoSuchFileException;

/**
 * The agent cannot start or go on. The message says why and what cures it, fit to be shown to the
 * user as it is.
 */
public final class EnforcerException extends RuntimeException {
    private static final long serialVersionUID = 1;

    /**
     * What was wrong with a file, without its name: Java's exceptions for the most common reasons
     * have the name for their whole message.
     */
    public static String reason(IOException thrown) {
        return switch (thrown) {
            case NoSuchFileException e -> "it does not exist";
            case AccessDeniedException e -> "permission denied";
            case FileAlreadyExistsException e -> "it exists already";
            case FileSystemException e when e.getReason() != null -> e.getReason();
            default -> String.valueOf(thrown.getMessage());
        };
    }

    public EnforcerException(String message) {
        super(message);
    }

    public EnforcerException(String message, Throwable cause) {
        super(message, cause);
    }
}
