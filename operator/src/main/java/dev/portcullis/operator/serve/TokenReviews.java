// SPDX-License-Identifier: Apache-2.0
package dev.portcullis.operator.serve;

import java.util.Optional;

/** Asks the API server whose token it is. */
public interface TokenReviews {
    /**
     * Reviews a token for the audience {@code portcullis.dev}.
     *
     * @return whose it is; empty if it is not valid, or not for this audience
     * @throws UnavailableException if the API server does not answer
     */
    Optional<Bearer> review(String token) throws UnavailableException;

    /**
     * Whose a token is.
     *
     * @param username such as {@code system:serviceaccount:NAMESPACE:NAME}
     * @param pod name of the pod that the token is bound to, in the account's namespace; empty for
     *     none
     * @param podUid its uid; empty for none
     */
    record Bearer(String username, String pod, String podUid) {}

    /** The API server did not answer. */
    final class UnavailableException extends Exception {
        private static final long serialVersionUID = 1;

        public UnavailableException(String message, Throwable cause) {
            super(message, cause);
        }
    }
}
