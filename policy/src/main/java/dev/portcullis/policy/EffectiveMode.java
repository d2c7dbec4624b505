// SPDX-License-Identifier: Apache-2.0
package dev.portcullis.policy;

import dev.portcullis.api.v1alpha1.Mode;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * What becomes of a policy's mode in one namespace.
 *
 * @param mode the mode in which it counts there; empty if it does not count at all
 * @param reason what decided
 */
public record EffectiveMode(Optional<Mode> mode, Reason reason) {
    /** The label on a namespace that caps the modes of all policies there. */
    public static final String MODE_LABEL = "portcullis.dev/mode";

    private static final String ENFORCE = "enforce";
    private static final String AUDIT = "audit";
    private static final String OFF = "off";

    /** What {@link #MODE_LABEL} can say. */
    public static final List<String> LABELS = List.of(ENFORCE, AUDIT, OFF);

    /** Why a mode is what it is. */
    public enum Reason {
        /** Nothing changes it. */
        POLICY("the policy's own mode"),

        /** The label is {@code audit}, the policy says Enforce. */
        NAMESPACE_AUDIT("the namespace's label " + MODE_LABEL + " says audit"),

        /** The label is {@code off}. */
        NAMESPACE_OFF("the namespace's label " + MODE_LABEL + " says off"),

        /** The namespace is protected, and the label is not {@code enforce}. */
        PROTECTED(
                "the namespace is protected; only its label "
                        + MODE_LABEL
                        + ": enforce lets policies count there"),

        /** The glass was broken, and the time is not over yet. */
        BREAK_GLASS("break-glass turns refusals into reports for now"),

        /** The label has a value without a meaning, and so does not cap anything. */
        UNKNOWN_LABEL(
                "the policy's own mode: the namespace's label "
                        + MODE_LABEL
                        + " is none of enforce, audit and off, and is ignored");

        private final String text;

        Reason(String text) {
            this.text = text;
        }

        /** A phrase for people. */
        public String text() {
            return text;
        }
    }

    /**
     * Judges one policy in one namespace.
     *
     * @param policy the policy's own mode
     * @param label the value of the namespace's label {@link #MODE_LABEL}; null: there is none
     * @param guarded whether the namespace is protected: kube-system and Portcullis' own
     * @param breakGlassUntil when break-glass on the namespace or the node ends; null: there is
     *     none
     * @param now the time to judge for
     */
    public static EffectiveMode of(
            Mode policy,
            @Nullable String label,
            boolean guarded,
            @Nullable Instant breakGlassUntil,
            Instant now) {
        if (OFF.equals(label)) {
            return new EffectiveMode(Optional.empty(), Reason.NAMESPACE_OFF);
        }
        if (guarded && !ENFORCE.equals(label)) {
            return new EffectiveMode(Optional.empty(), Reason.PROTECTED);
        }
        if (policy == Mode.ENFORCE) {
            if (AUDIT.equals(label)) {
                return new EffectiveMode(Optional.of(Mode.AUDIT), Reason.NAMESPACE_AUDIT);
            }
            if (breakGlassUntil != null && now.isBefore(breakGlassUntil)) {
                return new EffectiveMode(Optional.of(Mode.AUDIT), Reason.BREAK_GLASS);
            }
        }
        boolean known = label == null || LABELS.contains(label);
        return new EffectiveMode(Optional.of(policy), known ? Reason.POLICY : Reason.UNKNOWN_LABEL);
    }
}
