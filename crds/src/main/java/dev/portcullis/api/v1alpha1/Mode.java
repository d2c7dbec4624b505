// SPDX-License-Identifier: Apache-2.0
package dev.portcullis.api.v1alpha1;

import com.fasterxml.jackson.annotation.JsonValue;

/** Whether a policy refuses or only tells what it would refuse. */
public enum Mode implements Named {
    /** Operations are refused. */
    ENFORCE("Enforce"),

    /** A dry run: what would be refused is reported. */
    AUDIT("Audit");

    private final String text;

    Mode(String text) {
        this.text = text;
    }

    @Override
    @JsonValue
    public String text() {
        return text;
    }
}
