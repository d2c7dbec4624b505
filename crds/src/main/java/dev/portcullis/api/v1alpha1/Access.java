// SPDX-License-Identifier: Apache-2.0
package dev.portcullis.api.v1alpha1;

import com.fasterxml.jackson.annotation.JsonValue;

/** What a file rule governs. */
public enum Access implements Named {
    /** Opening for reading; executing counts as reading. */
    READ("Read"),

    /** Every change: opening for writing, creating, truncating, deleting, renaming. */
    WRITE("Write");

    private final String text;

    Access(String text) {
        this.text = text;
    }

    @Override
    @JsonValue
    public String text() {
        return text;
    }
}
