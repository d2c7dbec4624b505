// SPDX-License-Identifier: Apache-2.0
package dev.portcullis.operator.status;

import dev.portcullis.api.v1alpha1.Mode;
import dev.portcullis.node.v1alpha1.PolicyCount;
import dev.portcullis.operator.plan.Plan;
import dev.portcullis.operator.select.Decision.PolicyDecision;
import dev.portcullis.operator.select.Decision.Ruling;
import dev.portcullis.operator.select.PolicyRef;
import dev.portcullis.operator.serve.NodeProgress;
import dev.portcullis.operator.view.Counts;
import dev.portcullis.operator.view.PolicyKey;
import dev.portcullis.operator.view.PolicyStatus;
import dev.portcullis.operator.view.PolicyStatus.Condition;
import dev.portcullis.operator.view.PolicyView;
import dev.portcullis.policy.EffectiveMode.Reason;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;

/** Computes what the status of every policy should be. */
final class PolicyStatuses {
    private final Plan plan;
    private final Map<String, NodeProgress> nodes;
    private final Instant now;
    private final Set<PolicyKey> evadable;
    private final Map<String, Counts> counts = new HashMap<>();

    /**
     * Sums up the nodes' reports.
     *
     * @param nodes by name
     * @param evadable policies whose path rules can be evaded by mounting
     * @param now the time of transitions
     */
    PolicyStatuses(
            Plan plan, Map<String, NodeProgress> nodes, Set<PolicyKey> evadable, Instant now) {
        this.plan = plan;
        this.nodes = Map.copyOf(nodes);
        this.now = now;
        this.evadable = evadable;
        for (NodeProgress node : nodes.values()) {
            if (node.report() != null) {
                for (PolicyCount count : node.report().getCountsList()) {
                    counts.merge(
                            count.getNamespace() + "/" + count.getPolicy(),
                            new Counts(
                                    count.getBlocked(), count.getKilled(), count.getWouldBlock()),
                            Counts::plus);
                }
            }
        }
    }

    /**
     * The status of one policy.
     *
     * @param before the one that was written last, for the times of transitions; and counts never
     *     fall below it, since a node that has not reported yet would seem to take back its own
     */
    PolicyStatus of(PolicyView policy, PolicyStatus before) {
        Optional<PolicyDecision> decision =
                Optional.ofNullable(plan.decision().policies().get(policy.key()));
        Progress progress =
                Progress.of(decision.map(PolicyDecision::pods).orElse(List.of()), plan, nodes);
        Verdict accepted = Acceptance.of(policy, plan.refused(), evadable);
        Verdict programmed = Programming.of(accepted.status(), decision, progress);
        return new PolicyStatus(
                policy.generation(),
                decision.map(PolicyStatuses::mode).orElse("Off"),
                decision.map(found -> found.pods().size()).orElse(0),
                progress.enforced(),
                counts(policy.key()).atLeast(before.counts()),
                List.of(
                        condition(Verdict.ACCEPTED, accepted, policy, before),
                        condition(Verdict.PROGRAMMED, programmed, policy, before)));
    }

    private Counts counts(PolicyKey key) {
        return counts.getOrDefault(key.namespace() + "/" + key.name(), Counts.ZERO);
    }

    /**
     * {@code Mixed} where namespaces differ, which those of a SecurityPolicy cannot. Protected ones
     * differ from all others by themselves and are told of only where there are no others.
     */
    private static String mode(PolicyDecision decision) {
        Set<String> modes = modes(decision, false);
        if (modes.isEmpty()) {
            modes = modes(decision, true);
        }
        return switch (modes.size()) {
            case 0 -> decision.written().text();
            case 1 -> modes.iterator().next();
            default -> "Mixed";
        };
    }

    private static Set<String> modes(PolicyDecision decision, boolean guarded) {
        return decision.namespaces().values().stream()
                .filter(ruling -> (ruling.namespace().reason() == Reason.PROTECTED) == guarded)
                .map(Ruling::ref)
                .map(ref -> ref.map(PolicyRef::mode).map(Mode::text).orElse("Off"))
                .collect(Collectors.toSet());
    }

    private Condition condition(
            String type, Verdict verdict, PolicyView policy, PolicyStatus before) {
        String since =
                before.condition(type)
                        .filter(last -> last.status() == verdict.status())
                        .map(Condition::lastTransitionTime)
                        .filter(time -> !time.isEmpty())
                        .orElseGet(() -> now.truncatedTo(ChronoUnit.SECONDS).toString());
        return new Condition(
                type,
                verdict.status(),
                verdict.reason(),
                verdict.message(),
                since,
                policy.generation());
    }
}
