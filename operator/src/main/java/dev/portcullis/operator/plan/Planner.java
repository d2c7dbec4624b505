// SPDX-License-Identifier: Apache-2.0
package dev.portcullis.operator.plan;

import dev.portcullis.node.v1alpha1.RuleSet;
import dev.portcullis.operator.compile.Compilation;
import dev.portcullis.operator.compile.Compilation.Compiled;
import dev.portcullis.operator.compile.Compilation.Failed;
import dev.portcullis.operator.select.Decision;
import dev.portcullis.operator.select.Decision.PodDecision;
import dev.portcullis.operator.select.PolicyRef;
import dev.portcullis.operator.select.PolicySet;
import dev.portcullis.operator.view.ClusterView;
import dev.portcullis.operator.view.PolicyKey;
import java.util.HashMap;
import java.util.HashSet;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/**
 * Turns a decision into what nodes shall know, with whatever has been compiled so far.
 *
 * <p>While a rule set is being compiled, a container keeps what it has; a pod that has nothing yet
 * is not told of, and its node treats it as unknown. Where a rule set cannot be made, the culprit
 * alone gives way: to the generation of it that the container is judged by already, so that no
 * mistake of an author takes away what protected it, or where there is none, as for any container
 * once the operator has been started anew, to nothing. Either way its status says so.
 */
public final class Planner {
    private final Function<PolicySet, Optional<Compilation>> compilations;
    private final Plan before;
    private final Set<PolicySet> needed = new HashSet<>();
    private final Map<String, RuleSet> ruleSets = new HashMap<>();
    private final Map<PolicyKey, String> refused = new HashMap<>();

    private Planner(Function<PolicySet, Optional<Compilation>> compilations, Plan before) {
        this.compilations = compilations;
        this.before = before;
    }

    /**
     * Makes a plan.
     *
     * @param view the cluster that {@code decision} was made from
     * @param compilations gives what is compiled, and begins to compile what is not
     * @param before the plan that this one replaces
     */
    public static Plan plan(
            ClusterView view,
            Decision decision,
            Function<PolicySet, Optional<Compilation>> compilations,
            Plan before) {
        return new Planner(compilations, before).plan(view, decision);
    }

    private Plan plan(ClusterView view, Decision decision) {
        Map<String, Map<String, DesiredPod>> pods = new HashMap<>();
        Set<String> incomplete = new HashSet<>(decision.undecided());
        for (PodDecision wanted : decision.pods()) {
            String node = wanted.pod().node();
            Map<String, DesiredPod> known = before.pods().getOrDefault(node, Map.of());
            Optional<DesiredPod> pod = pod(wanted, known.get(wanted.pod().cgroupUid()));
            if (pod.isEmpty()) {
                incomplete.add(node);
            }
            Map<String, DesiredPod> here = pods.computeIfAbsent(node, key -> new HashMap<>());
            pod.ifPresent(desired -> here.put(wanted.pod().cgroupUid(), desired));
        }
        incomplete.forEach(node -> pods.computeIfAbsent(node, key -> new HashMap<>()));
        Map<String, DesiredNode> nodes = new HashMap<>();
        pods.forEach(
                (node, here) -> nodes.put(node, DesiredNode.of(here, !incomplete.contains(node))));
        return new Plan(view, decision, pods, nodes, ruleSets, refused, needed);
    }

    private Optional<DesiredPod> pod(PodDecision wanted, @Nullable DesiredPod known) {
        Set<PolicyRef> missing = new HashSet<>();
        Slot others = slot(wanted.others(), known == null ? null : known.others(), missing);
        Slot unnamed = slot(wanted.unnamed(), known == null ? null : known.unnamed(), missing);
        boolean whole = others != null && unnamed != null;
        Map<String, Slot> containers = new TreeMap<>();
        for (Map.Entry<String, PolicySet> container : wanted.containers().entrySet()) {
            // A new container of a known pod has been judged by the strictest until now.
            Slot last =
                    known == null
                            ? null
                            : known.containers().getOrDefault(container.getKey(), known.unnamed());
            Slot slot = slot(container.getValue(), last, missing);
            if (slot == null) {
                whole = false;
            } else {
                containers.put(container.getKey(), slot);
            }
        }
        if (!whole) {
            return Optional.empty();
        }
        DesiredPod fresh = DesiredPod.of(wanted.pod(), containers, others, unnamed, missing);
        return Optional.of(fresh.equals(known) ? known : fresh);
    }

    /** Null where there is nothing to tell yet. */
    private @Nullable Slot slot(PolicySet set, @Nullable Slot last, Set<PolicyRef> missing) {
        Slot slot = resolve(set, last);
        Set<PolicyRef> absent = new HashSet<>(set.refs());
        if (slot != null) {
            absent.removeAll(slot.policies().refs());
        }
        missing.addAll(absent);
        return slot;
    }

    private @Nullable Slot resolve(PolicySet set, @Nullable Slot last) {
        if (set.isEmpty()) {
            return Slot.EMPTY;
        }
        needed.add(set);
        Optional<Compilation> compilation = compilations.apply(set);
        if (compilation.isEmpty()) {
            return keep(last);
        }
        return switch (compilation.get()) {
            case Compiled(RuleSet ruleSet) -> {
                ruleSets.put(ruleSet.getId(), ruleSet);
                yield new Slot(ruleSet.getId(), set);
            }
            case Failed(String reason, Set<PolicyKey> culprits) -> {
                culprits.forEach(culprit -> refused.putIfAbsent(culprit, reason));
                // Each round takes an older generation or none, so this comes to an end.
                yield resolve(
                        set.yielding(culprits, last == null ? PolicySet.EMPTY : last.policies()),
                        last);
            }
        };
    }

    private @Nullable Slot keep(@Nullable Slot last) {
        if (last != null && !last.ruleSet().isEmpty()) {
            needed.add(last.policies());
            RuleSet ruleSet = before.ruleSets().get(last.ruleSet());
            if (ruleSet == null) {
                throw new IllegalStateException("rule set " + last.ruleSet() + " was lost");
            }
            ruleSets.put(ruleSet.getId(), ruleSet);
        }
        return last;
    }
}
