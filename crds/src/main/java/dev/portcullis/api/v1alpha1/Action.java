// SPDX-License-Identifier: Apache-2.0
package dev.portcullis.api.v1alpha1;

import com.fasterxml.jackson.annotation.JsonValue;

/** What becomes of an operation, from the mildest to the strictest. */
public enum Action implements Named {
    /** It goes through, whatever the defaults say. */
    ALLOW("Allow"),

    /** It is reported if it goes through; nothing else changes. */
    AUDIT("Audit"),

    /** It is refused. */
    BLOCK("Block"),

    /** It is refused and the process is killed. */
    KILL("Kill");

    private final String text;

    Action(String text) {
        this.text = text;
    }

    @Override
    @JsonValue
    public String text() {
        return text;
    }

    /** Whether an operation does not go through. */
    public boolean refuses() {
        return this == BLOCK || this == KILL;
    }
}
