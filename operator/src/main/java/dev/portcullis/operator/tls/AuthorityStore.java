// SPDX-License-Identifier: Apache-2.0
package dev.portcullis.operator.tls;

import java.util.Optional;

/** Where the certificate authority is kept. Every method throws if the store cannot be reached. */
public interface AuthorityStore {
    /** The authority, if there is one. */
    Optional<Stored> load();

    /**
     * Keeps a new authority.
     *
     * @return false if there is one by now, which is to be loaded instead
     */
    boolean create(Stored authority);

    /** Makes the authority's certificate known to the nodes. */
    void publish(String certificate);

    /**
     * An authority as text.
     *
     * @param certificate PEM
     * @param key PKCS #8 in PEM
     */
    record Stored(String certificate, String key) {
        /** Without the key, which belongs in no log. */
        @Override
        public String toString() {
            return "Stored[" + certificate.length() + " characters]";
        }
    }
}
