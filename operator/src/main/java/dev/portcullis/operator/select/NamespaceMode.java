// SPDX-License-Identifier: Apache-2.0
package dev.portcullis.operator.select;

import dev.portcullis.api.v1alpha1.Mode;
import dev.portcullis.operator.view.NamespaceView;
import dev.portcullis.policy.EffectiveMode;
import dev.portcullis.policy.EffectiveMode.Reason;
import java.time.DateTimeException;
import java.time.Instant;
import java.time.OffsetDateTime;
import java.util.ArrayList;
import java.util.List;
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
 * @param most what becomes there of a policy in mode Enforce, and why
 * @param warning what is wrong with the namespace's labels or annotations, or empty
 * @param until when {@code most} changes by itself; null for never
 */
public record NamespaceMode(EffectiveMode most, String warning, @Nullable Instant until) {
    /** Caps every policy of a namespace: {@code enforce}, {@code audit} or {@code off}. */
    public static final String LABEL = EffectiveMode.MODE_LABEL;

    /**
     * What holds in a namespace.
     *
     * @param protectedNamespaces the names of those where policies do not hold by themselves
     * @param now the time, for the broken glass
     */
    public static NamespaceMode of(
            NamespaceView namespace, Set<String> protectedNamespaces, Instant now) {
        String label = namespace.labels().get(LABEL);
        List<String> warnings = new ArrayList<>();
        Instant glass = brokenUntil(namespace, warnings);
        EffectiveMode most =
                EffectiveMode.of(
                        Mode.ENFORCE,
                        label,
                        protectedNamespaces.contains(namespace.name()),
                        glass,
                        now);
        if (label != null && !EffectiveMode.LABELS.contains(label)) {
            warnings.addFirst(
                    "namespace %s has label %s: %s, which means nothing and is ignored; write enforce, audit or off"
                            .formatted(namespace.name(), LABEL, label));
        }
        return new NamespaceMode(
                most,
                String.join("; ", warnings),
                most.reason() == Reason.BREAK_GLASS ? glass : null);
    }

    /** Why a policy in mode Enforce is not simply that. */
    public Reason reason() {
        return most.reason();
    }

    /** Whether policies hold, but refuse nothing, because of the label. */
    public boolean isAuditByLabel() {
        return most.reason() == Reason.NAMESPACE_AUDIT;
    }

    /** The mode in which a policy holds there, or empty where it does not. */
    public Optional<Mode> effective(Mode written) {
        return most.mode().map(mode -> written == Mode.AUDIT ? written : mode);
    }

    private static @Nullable Instant brokenUntil(NamespaceView namespace, List<String> warnings) {
        if (namespace.breakGlass().isEmpty()) {
            return null;
        }
        try {
            return OffsetDateTime.parse(namespace.breakGlass()).toInstant();
        } catch (DateTimeException e) {
            warnings.add(
                    "namespace %s has annotation %s: \"%s\", which is no time and is ignored; write the time it ends, such as 2026-01-31T18:00:00Z"
                            .formatted(
                                    namespace.name(),
                                    NamespaceView.BREAK_GLASS,
                                    namespace.breakGlass()));
            return null;
        }
    }
}
