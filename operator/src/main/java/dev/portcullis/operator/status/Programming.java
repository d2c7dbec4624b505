// SPDX-License-Identifier: Apache-2.0
package dev.portcullis.operator.status;

import dev.portcullis.operator.select.Decision.PolicyDecision;
import dev.portcullis.operator.select.Decision.Ruling;
import dev.portcullis.operator.select.NamespaceMode;
import dev.portcullis.policy.EffectiveMode.Reason;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;

/**
 * The condition {@code Programmed}: whether every Ready node that runs a selected pod has
 * acknowledged the policy's rule set.
 */
final class Programming {
    /** The reason while nodes have not acknowledged. */
    static final String PENDING = "NodesPending";

    private Programming() {}

    static Verdict of(boolean accepted, Optional<PolicyDecision> decision, Progress progress) {
        if (decision.isEmpty()) {
            return new Verdict(
                    false, "NotAccepted", "No generation of the policy has been accepted yet.");
        }
        Map<String, Ruling> namespaces = new TreeMap<>(decision.get().namespaces());
        Verdict verdict =
                accepted
                        ? off(namespaces).orElseGet(() -> progress(progress))
                        : new Verdict(
                                false,
                                "NotAccepted",
                                "What is written now is not accepted and so not programmed.");
        List<String> message = new ArrayList<>();
        message.add(verdict.message());
        notes(namespaces).forEach(note -> message.add(note + "."));
        return new Verdict(verdict.status(), verdict.reason(), String.join(" ", message));
    }

    /** Where a policy holds in none of its namespaces. */
    private static Optional<Verdict> off(Map<String, Ruling> namespaces) {
        if (namespaces.isEmpty()
                || namespaces.values().stream().anyMatch(ruling -> ruling.ref().isPresent())) {
            return Optional.empty();
        }
        Set<String> names = new TreeSet<>(namespaces.keySet());
        boolean guarded =
                namespaces.values().stream()
                        .allMatch(ruling -> ruling.namespace().reason() == Reason.PROTECTED);
        return Optional.of(
                guarded
                        ? new Verdict(
                                false,
                                "ProtectedNamespace",
                                "Namespace %s is protected from policies; label it %s=enforce to have them hold there."
                                        .formatted(Names.list(names), NamespaceMode.LABEL))
                        : new Verdict(
                                false,
                                "NamespaceModeOff",
                                "Namespace %s has label %s=off; set it to audit or enforce, or remove it."
                                        .formatted(Names.list(names), NamespaceMode.LABEL)));
    }

    private static Verdict progress(Progress progress) {
        String aside =
                progress.notReady().isEmpty()
                        ? ""
                        : " Not Ready and not counted: %s."
                                .formatted(Names.list(progress.notReady()));
        if (!progress.failed().isEmpty()) {
            String node = progress.failed().firstKey();
            return new Verdict(
                    false,
                    "NodeFailed",
                    "Failed on %s; %s: %s.%s"
                            .formatted(
                                    Names.list(progress.failed().keySet()),
                                    node,
                                    progress.failed().get(node),
                                    aside));
        }
        if (!progress.pending().isEmpty()) {
            String why =
                    progress.compiling()
                            ? " The rule set is being compiled."
                            : unconnected(progress);
            return new Verdict(
                    false,
                    PENDING,
                    "Waiting for %s.%s%s".formatted(Names.list(progress.pending()), why, aside));
        }
        if (progress.holding() == 0) {
            return new Verdict(
                    true, "NoPods", "No pod on a node is selected." + unconnected(progress));
        }
        if (progress.enforced() == 0) {
            return new Verdict(true, "NoReadyNodes", "No Ready node runs a selected pod." + aside);
        }
        return new Verdict(
                true, "Programmed", "All Ready nodes with selected pods enforce it." + aside);
    }

    private static String unconnected(Progress progress) {
        return progress.unconnected().isEmpty()
                ? ""
                : " No enforcer is connected from %s; look at its pod there."
                        .formatted(Names.list(progress.unconnected()));
    }

    /** What a user must know of the namespaces, though the policy holds. */
    private static List<String> notes(Map<String, Ruling> namespaces) {
        List<String> notes = new ArrayList<>();
        Set<String> audited = new TreeSet<>();
        namespaces.forEach((name, ruling) -> {
            NamespaceMode mode = ruling.namespace();
            if (!mode.warning().isEmpty()) {
                notes.add("Warning: " + mode.warning());
            }
            if (mode.reason() == Reason.BREAK_GLASS) {
                notes.add(
                        "Namespace %s has the glass broken: nothing is refused until %s"
                                .formatted(name, mode.until()));
            } else if (mode.isAuditByLabel()) {
                audited.add(name);
            }
        });
        if (!audited.isEmpty()) {
            notes.add(
                    "Namespace %s has label %s=audit: nothing is refused"
                            .formatted(Names.list(audited), NamespaceMode.LABEL));
        }
        notes.sort(Comparator.naturalOrder());
        return notes.stream().limit(5).toList();
    }
}
