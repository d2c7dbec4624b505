// SPDX-License-Identifier: Apache-2.0
package dev.portcullis.policy.explain;

/**
 * An operation that policies are asked about.
 *
 * @param verb what is done
 * @param object what it is done to, as people wrote it
 * @param question the bytes that the rule set is asked
 * @param doer who does it
 */
@SuppressWarnings("ArrayRecordComponent") // not compared
public record Operation(Verb verb, String object, byte[] question, Doer doer) {
    /** {@code VERB OBJECT}, such as {@code exec /bin/sh}, and who does it where that matters. */
    @Override
    public String toString() {
        String by = doer.toString();
        return verb.answered() + " " + object + (by.isEmpty() ? "" : " " + by);
    }
}
