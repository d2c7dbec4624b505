// SPDX-License-Identifier: Apache-2.0
package dev.portcullis.policy.diff;

import dev.portcullis.api.v1alpha1.Action;
import dev.portcullis.policy.explain.Decision;

/** Another decision of one lane on the same operations. */
public record Change(Decision before, Decision now) {
    /** What they become, in words that can follow "becomes". */
    public String outcome() {
        Action was = before.action();
        return switch (now.action()) {
            case ALLOW -> was == Action.AUDIT ? "silent" : "allowed";
            case AUDIT -> was == Action.ALLOW ? "reported" : "allowed and reported";
            case BLOCK -> was == Action.KILL ? "refused, but no longer killed" : "refused";
            case KILL -> "refused and killed";
        };
    }
}
