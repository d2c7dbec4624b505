// SPDX-License-Identifier: Apache-2.0
package dev.portcullis.operator.select;

import dev.portcullis.api.v1alpha1.Mode;
import dev.portcullis.operator.view.NamespaceView;
import java.time.DateTimeException;
import java.time.Instant;
import java.time.OffsetDateTime;
import java.util.Optional;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * How far policies go in a namespace: the label {@value #LABEL}, the protection of the system's own
 * namespaces and the broken glass, seen together.
 *
 * <p>A value that means nothing is left out of account and told of: a typing error in a label must
 * not lift policies, and in a protected namespace it must not let them in.
 *
 * @param cap the most that a policy does there
 * @param reason why it is not more
 * @param warning what is wrong with the namespace's labels or annotations, or empty
 * @param until when {@code cap} changes by itself; null for never
 */
public record NamespaceMode(Cap cap, Reason reason, String warning, @Nullable Instant until) {
    /** Caps every policy of a namespace: {@code enforce}, {@code audit} or {@code off}. */
    public static final String LABEL = "portcullis.dev/mode";

    /** The most that a policy does. */
    public enum Cap {
        /** No policy holds. */
        OFF,
        /** Nothing is refused. */
        AUDIT,
        /** As the policies say. */
        ENFORCE
    }

    /** Why a cap is not {@link Cap#ENFORCE}. */
    public enum Reason {
        /** It is. */
        NONE,
        /** The label says so. */
        LABEL,
        /** The system's own namespace, where only the label {@code enforce} lets policies in. */
        PROTECTED,
        /** The glass is broken. */
        BREAK_GLASS
    }

    /**
     * What holds in a namespace.
     *
     * @param protectedNamespaces the names of those where policies do not hold by themselves
     * @param now the time, for the broken glass
     */
    public static NamespaceMode of(
            NamespaceView namespace, Set<String> protectedNamespaces, Instant now) {
        String label = namespace.labels().getOrDefault(LABEL, "");
        NamespaceMode written =
                switch (label) {
                    case "enforce" -> new NamespaceMode(Cap.ENFORCE, Reason.NONE, "", null);
                    case "audit" -> new NamespaceMode(Cap.AUDIT, Reason.LABEL, "", null);
                    case "off" -> new NamespaceMode(Cap.OFF, Reason.LABEL, "", null);
                    case "" -> new NamespaceMode(Cap.ENFORCE, Reason.NONE, "", null);
                    default ->
                            new NamespaceMode(
                                    Cap.ENFORCE,
                                    Reason.NONE,
                                    "namespace %s has label %s: %s, which means nothing and is"
                                                    .formatted(namespace.name(), LABEL, label)
                                            + " ignored; write enforce, audit or off",
                                    null);
                };
        if (protectedNamespaces.contains(namespace.name()) && !label.equals("enforce")) {
            return new NamespaceMode(Cap.OFF, Reason.PROTECTED, written.warning, null);
        }
        return namespace.breakGlass().isEmpty() ? written : written.breakGlass(namespace, now);
    }

    /** The mode in which a policy holds there, or empty where it does not. */
    public Optional<Mode> effective(Mode written) {
        return switch (cap) {
            case OFF -> Optional.empty();
            case AUDIT -> Optional.of(Mode.AUDIT);
            case ENFORCE -> Optional.of(written);
        };
    }

    private NamespaceMode breakGlass(NamespaceView namespace, Instant now) {
        Instant end;
        try {
            end = OffsetDateTime.parse(namespace.breakGlass()).toInstant();
        } catch (DateTimeException e) {
            String wrong =
                    "namespace %s has annotation %s: \"%s\", which is no time and is ignored; write"
                                    .formatted(
                                            namespace.name(),
                                            NamespaceView.BREAK_GLASS,
                                            namespace.breakGlass())
                            + " the time it ends, such as 2026-01-31T18:00:00Z";
            return new NamespaceMode(
                    cap, reason, warning.isEmpty() ? wrong : warning + "; " + wrong, until);
        }
        return cap == Cap.ENFORCE && now.isBefore(end)
                ? new NamespaceMode(Cap.AUDIT, Reason.BREAK_GLASS, warning, end)
                : this;
    }
}
