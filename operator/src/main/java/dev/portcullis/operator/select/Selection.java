// SPDX-License-Identifier: Apache-2.0
package dev.portcullis.operator.select;

import dev.portcullis.api.v1alpha1.Mode;
import dev.portcullis.operator.select.Decision.PodDecision;
import dev.portcullis.operator.select.Decision.PolicyDecision;
import dev.portcullis.operator.select.Decision.Ruling;
import dev.portcullis.operator.select.Decision.Selected;
import dev.portcullis.operator.view.ClusterView;
import dev.portcullis.operator.view.NamespaceView;
import dev.portcullis.operator.view.PodView;
import dev.portcullis.operator.view.PolicyKey;
import dev.portcullis.operator.view.PolicyView;
import dev.portcullis.policy.SourcedPolicy;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Comparator;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.function.Predicate;
import java.util.stream.Collectors;

/**
 * Decides which policies hold for which container.
 *
 * <p>The whole cluster is decided anew each time, so that there is no state in which a missed
 * change could live on. That is a few milliseconds for thousands of pods: a pod is compared only
 * with the policies of its namespace.
 */
public final class Selection {
    /** Oldest first: of two pods that claim the same cgroup, the later one may be a forgery. */
    private static final Comparator<PodView> BY_AGE =
            Comparator.comparing(PodView::created)
                    .thenComparing(PodView::namespace)
                    .thenComparing(PodView::name);

    private final ClusterView view;
    private final Map<String, List<Candidate>> candidates = new HashMap<>();
    private final Map<PolicyKey, List<Selected>> selected = new HashMap<>();

    private Selection(ClusterView view) {
        this.view = view;
    }

    /**
     * Decides for the whole cluster.
     *
     * @param protectedNamespaces the names of those where policies do not hold by themselves
     * @param now the time, for what ends by itself
     */
    public static Decision decide(ClusterView view, Set<String> protectedNamespaces, Instant now) {
        return new Selection(view).decide(protectedNamespaces, now);
    }

    private Decision decide(Set<String> protectedNamespaces, Instant now) {
        Map<String, NamespaceMode> modes = new HashMap<>();
        for (String name : namespaces()) {
            modes.put(name, NamespaceMode.of(view.namespace(name), protectedNamespaces, now));
        }
        Map<PolicyKey, PolicyDecision> policies = new HashMap<>();
        Map<PolicyKey, Map<String, Ruling>> rulings = new HashMap<>();
        for (PolicyView policy : view.policies()) {
            policy.accepted()
                    .ifPresent(
                            accepted -> rulings.put(policy.key(), rule(policy, accepted, modes)));
        }
        Map<Boolean, List<PodView>> known =
                oldestOfEachCgroup().stream()
                        .collect(
                                Collectors.partitioningBy(
                                        pod -> view.namespaces().containsKey(pod.namespace())));
        List<PodDecision> pods = known.get(true).stream().map(this::decide).toList();
        Set<String> undecided =
                known.get(false).stream().map(PodView::node).collect(Collectors.toSet());
        for (PolicyView policy : view.policies()) {
            policy.accepted()
                    .ifPresent(accepted ->
                            policies.put(
                                    policy.key(),
                                    new PolicyDecision(
                                            PolicyAspects.mode(accepted.source()),
                                            rulings.getOrDefault(policy.key(), Map.of()),
                                            selected.getOrDefault(policy.key(), List.of()))));
        }
        Optional<Instant> until =
                modes.values().stream()
                        .map(NamespaceMode::until)
                        .filter(Objects::nonNull)
                        .min(Comparator.naturalOrder());
        return new Decision(pods, policies, undecided, until.orElse(null));
    }

    /** Also those that only a policy speaks of: informers do not run in step. */
    private Set<String> namespaces() {
        Set<String> names = new HashSet<>(view.namespaces().keySet());
        view.policies().stream()
                .map(policy -> policy.key().namespace())
                .filter(Predicate.not(String::isEmpty))
                .forEach(names::add);
        return names;
    }

    private Map<String, Ruling> rule(
            PolicyView policy, PolicyView.Accepted accepted, Map<String, NamespaceMode> modes) {
        Map<String, Ruling> rulings = new HashMap<>();
        Mode written = PolicyAspects.mode(accepted.source());
        modes.forEach((name, mode) -> {
            NamespaceView namespace = view.namespace(name);
            if (PolicyAspects.selects(accepted.source(), namespace)) {
                Optional<PolicyRef> ref =
                        mode.effective(written)
                                .map(effective ->
                                        new PolicyRef(
                                                policy.key(),
                                                policy.uid(),
                                                accepted.generation(),
                                                effective));
                rulings.put(name, new Ruling(mode, ref));
                candidates
                        .computeIfAbsent(name, key -> new ArrayList<>())
                        .add(new Candidate(policy.key(), accepted.source(), ref));
            }
        });
        return rulings;
    }

    private Collection<PodView> oldestOfEachCgroup() {
        Map<String, PodView> oldest = new HashMap<>();
        for (PodView pod : view.pods()) {
            if (pod.isOnNode()) {
                oldest.merge(
                        pod.node() + "/" + pod.cgroupUid(),
                        pod,
                        (one, other) -> BY_AGE.compare(one, other) <= 0 ? one : other);
            }
        }
        return oldest.values();
    }

    private PodDecision decide(PodView pod) {
        List<Candidate> here =
                candidates.getOrDefault(pod.namespace(), List.of()).stream()
                        .filter(candidate -> PolicyAspects.selects(candidate.source, pod))
                        .toList();
        List<Candidate> holding = new ArrayList<>();
        for (Candidate candidate : here) {
            if (!PolicyAspects.namesContainers(candidate.source)
                    || pod.containers().stream()
                            .anyMatch(name -> PolicyAspects.selects(candidate.source, name))) {
                selected.computeIfAbsent(candidate.key, key -> new ArrayList<>())
                        .add(new Selected(pod.cgroupUid(), pod.node(), candidate.ref));
                holding.add(candidate);
            }
        }
        Map<String, PolicySet> containers = new TreeMap<>();
        for (String name : pod.containers()) {
            containers.put(name, set(holding, source -> PolicyAspects.selects(source, name)));
        }
        return new PodDecision(
                pod,
                containers,
                set(holding, source -> !PolicyAspects.namesContainers(source)),
                set(holding, source -> true));
    }

    private static PolicySet set(List<Candidate> candidates, Predicate<SourcedPolicy> which) {
        SortedMap<PolicyRef, SourcedPolicy> policies = new TreeMap<>();
        for (Candidate candidate : candidates) {
            if (candidate.ref.isPresent() && which.test(candidate.source)) {
                PolicyRef ref = candidate.ref.get();
                policies.put(ref, PolicyAspects.inMode(candidate.source, ref.mode()));
            }
        }
        return PolicySet.of(policies);
    }

    private record Candidate(PolicyKey key, SourcedPolicy source, Optional<PolicyRef> ref) {}
}
