// SPDX-License-Identifier: Apache-2.0
package dev.portcullis.api.v1alpha1;

import com.fasterxml.jackson.annotation.JsonValue;
import java.util.List;

/** Addresses that a network rule can name by a word. */
public enum Peer implements Named {
    /** The container's own loopback device. */
    LOOPBACK("Loopback");

    private final String text;

    Peer(String text) {
        this.text = text;
    }

    @Override
    @JsonValue
    public String text() {
        return text;
    }

    /** The networks that it stands for. */
    public List<String> cidrs() {
        return switch (this) {
            case LOOPBACK -> List.of("127.0.0.0/8", "::1/128");
        };
    }
}
