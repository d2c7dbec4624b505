// SPDX-License-Identifier: Apache-2.0
package dev.portcullis.policy.explain;

/**
 * An operation that policies are asked about.
 *
 * @param verb what is done
 * @param object what it is done to, as people wrote it
 * @param question the bytes that the rule set is asked
 */
@SuppressWarnings("ArrayRecordComponent") // not compared
public record Operation(Verb verb, String object, byte[] question) {
    /** {@code VERB OBJECT}, such as {@code exec /bin/sh}. */
    @Override
    public String toString() {
        return verb.answered() + " " + object;
    }
}
