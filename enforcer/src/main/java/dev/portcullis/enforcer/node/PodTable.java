// SPDX-License-Identifier: Apache-2.0
package dev.portcullis.enforcer.node;

import dev.portcullis.enforcer.Enforcer;
import dev.portcullis.enforcer.Scope;
import dev.portcullis.enforcer.ffi.BpfException;
import dev.portcullis.enforcer.kernel.BuiltInRules;
import dev.portcullis.enforcer.kernel.EnforcerException;
import dev.portcullis.enforcer.kernel.PodMaps;
import dev.portcullis.enforcer.layout.ReservedScope;
import dev.portcullis.event.v1alpha1.Container;
import dev.portcullis.node.v1alpha1.Failure;
import dev.portcullis.node.v1alpha1.Pod;
import dev.portcullis.policy.ruleset.RuleSet;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/**
 * The pods and containers of this node, each with its scope. A pod has a scope of its own for
 * containers that cannot be told apart in time; every container that can has one too, so that a
 * change of its rules is one store.
 *
 * <p>A pod that the operator no longer tells of goes on being judged until its containers are gone.
 */
final class PodTable {
    /** A pod, and what the operator says of it. Null once it has said that the pod is gone. */
    private static final class PodEntry {
        final Scope scope;
        @Nullable Pod told;

        PodEntry(Scope scope, @Nullable Pod told) {
            this.scope = scope;
            this.told = told;
        }
    }

    private final Enforcer enforcer;
    private final PodMaps maps;
    private final Function<String, @Nullable RuleSet> ruleSets;
    private final Map<String, PodEntry> pods = new HashMap<>(); // by UID, 32 digits
    private final Map<String, Scope> containers = new HashMap<>(); // by id, 64 digits
    private final Map<Integer, Integer> missed = new HashMap<>();

    /**
     * @param ruleSets finds a rule set by its id, null if it was never received
     */
    PodTable(Enforcer enforcer, Function<String, @Nullable RuleSet> ruleSets) {
        this.enforcer = enforcer;
        this.ruleSets = ruleSets;
        maps = enforcer.pods();
    }

    /** Takes over the scopes that an agent before this one left. */
    void adopt(Collection<Scope> scopes) {
        for (Scope scope : scopes) {
            Container container = scope.container();
            if (container.getId().isEmpty()) {
                enforcer.describe(scope, container);
                pods.put(container.getPodUid(), new PodEntry(scope, null));
            } else {
                containers.put(container.getId(), scope);
            }
        }
    }

    /**
     * Has the kernel judge a pod as the operator says.
     *
     * @return what could not be done; what was judged before still is then
     */
    List<Failure> put(Pod pod) {
        String uid = Bundles.digits(pod.getUid());
        List<Failure> failures = new ArrayList<>();
        PodEntry entry = pods.get(uid);
        if (entry == null) {
            entry = addPod(uid, pod, failures);
            if (entry == null) {
                return failures;
            }
        } else {
            replace(entry.scope, pod.getUnnamed(), failures);
            entry.told = pod;
        }
        enforcer.describe(entry.scope, describe(pod, uid, entry.scope.container()));
        for (Scope scope : containers.values()) {
            if (scope.container().getPodUid().equals(uid)) {
                replace(scope, ruleSetOf(pod, scope.name()), failures);
            }
        }
        return failures;
    }

    private @Nullable PodEntry addPod(String uid, Pod pod, List<Failure> failures) {
        try {
            Scope scope =
                    enforcer.addScope(
                            describe(pod, uid, Container.getDefaultInstance()),
                            find(pod.getUnnamed()));
            maps.putPod(uid, scope.number());
            PodEntry entry = new PodEntry(scope, pod);
            pods.put(uid, entry);
            return entry;
        } catch (EnforcerException | BpfException e) {
            failures.add(failure(pod.getUnnamed(), e));
            return null;
        }
    }

    private static Container describe(Pod pod, String uid, Container container) {
        return container.toBuilder()
                .setNamespace(pod.getNamespace())
                .setPod(pod.getName())
                .setPodUid(uid)
                .build();
    }

    private void replace(Scope scope, String id, List<Failure> failures) {
        try {
            RuleSet rules = find(id);
            if (!rules.equals(scope.rules())) {
                enforcer.replace(scope, rules);
            }
        } catch (EnforcerException | BpfException e) {
            failures.add(failure(id, e));
        }
    }

    private static Failure failure(String id, RuntimeException e) {
        return Failure.newBuilder()
                .setRuleSet(id)
                .setReason(String.valueOf(e.getMessage()))
                .build();
    }

    /** The rule set of a container by its name in the pod. */
    private static String ruleSetOf(Pod pod, String name) {
        return name.isEmpty()
                ? pod.getUnnamed()
                : pod.getContainersOrDefault(name, pod.getOthers());
    }

    private RuleSet find(String id) {
        if (id.isEmpty()) {
            return BuiltInRules.NONE;
        }
        RuleSet rules = ruleSets.apply(id);
        if (rules == null) {
            throw new EnforcerException("rule set " + id + " was never received");
        }
        return rules;
    }

    /** Takes note that the operator no longer tells of a pod. */
    void forget(String uid) {
        PodEntry entry = pods.get(Bundles.digits(uid));
        if (entry != null) {
            entry.told = null;
        }
    }

    /** Takes note that the operator tells of these pods only. */
    void forgetOthers(Collection<Pod> told) {
        Set<String> uids = new HashSet<>();
        told.forEach(pod -> uids.add(Bundles.digits(pod.getUid())));
        pods.forEach((uid, entry) -> {
            if (!uids.contains(uid)) {
                entry.told = null;
            }
        });
    }

    /** What the operator says of a pod. */
    Optional<Pod> told(String uid) {
        PodEntry entry = pods.get(uid);
        return entry == null ? Optional.empty() : Optional.ofNullable(entry.told);
    }

    boolean knows(String container) {
        return containers.containsKey(container);
    }

    /**
     * Tells the kernel what a container is. If its pod has not been told of it is judged by no
     * rules, until it is.
     *
     * @throws EnforcerException if there is no room
     * @throws BpfException if there is no room
     */
    void add(ContainerInfo info) {
        if (info.sandbox()) {
            maps.putContainer(info.id(), ReservedScope.SANDBOX.number());
        } else if (!containers.containsKey(info.id())) {
            RuleSet rules = rulesFor(pods.get(info.podUid()), info.name());
            Scope scope =
                    enforcer.addScope(
                            Container.newBuilder()
                                    .setName(info.name())
                                    .setNamespace(info.namespace())
                                    .setPod(info.pod())
                                    .setPodUid(info.podUid())
                                    .setId(info.id())
                                    .build(),
                            rules);
            containers.put(info.id(), scope);
            maps.putContainer(info.id(), scope.number());
        }
        maps.hasSandbox(info.podUid());
    }

    /** A pod that is not told of, or whose rules are lost, is judged by what it was judged by. */
    private RuleSet rulesFor(@Nullable PodEntry pod, String name) {
        if (pod == null) {
            return BuiltInRules.NONE;
        }
        if (pod.told == null) {
            return pod.scope.rules();
        }
        String id = ruleSetOf(pod.told, name);
        RuleSet rules = id.isEmpty() ? BuiltInRules.NONE : ruleSets.apply(id);
        return rules == null ? pod.scope.rules() : rules;
    }

    /** Says again what a container of an agent before this one is. */
    void describe(ContainerInfo info) {
        Scope scope = containers.get(info.id());
        if (scope != null) {
            enforcer.describe(
                    scope,
                    scope.container().toBuilder()
                            .setName(info.name())
                            .setNamespace(info.namespace())
                            .setPod(info.pod())
                            .build());
        }
    }

    /** Containers that have a scope. */
    int size() {
        return containers.size();
    }

    /**
     * Frees what belongs to containers and pods that are gone: that have no bundle, are not told
     * of, and have no task, twice in a row.
     *
     * @param bundles ids of the containers that there are
     */
    void sweep(Set<String> bundles) {
        for (String id : maps.containers()) {
            if (!bundles.contains(id) && !containers.containsKey(id)) {
                maps.removeContainer(id); // a sandbox
            }
        }
        List<Scope> candidates = new ArrayList<>();
        containers.forEach((id, scope) -> {
            if (!bundles.contains(id)) {
                candidates.add(scope);
            }
        });
        Set<String> inUse = new HashSet<>();
        containers.values().forEach(scope -> inUse.add(scope.container().getPodUid()));
        pods.forEach((uid, entry) -> {
            if (entry.told == null && !inUse.contains(uid)) {
                candidates.add(entry.scope);
            }
        });
        Set<Scope> gone = candidates.isEmpty() ? Set.of() : confirmed(candidates);
        if (!gone.isEmpty()) {
            Set<Integer> numbers = new HashSet<>();
            gone.forEach(scope -> numbers.add(scope.number()));
            maps.unbind(numbers);
            gone.forEach(this::remove);
        }
    }

    /** Those that were found without a task for the second time. */
    private Set<Scope> confirmed(List<Scope> candidates) {
        Set<Scope> empty = enforcer.empty(candidates);
        Set<Integer> now = new HashSet<>();
        Set<Scope> gone = new HashSet<>();
        for (Scope scope : empty) {
            int key = scope.number();
            now.add(key);
            if (missed.merge(key, 1, Integer::sum) >= 2) {
                gone.add(scope);
            }
        }
        missed.keySet().retainAll(now);
        return gone;
    }

    private void remove(Scope scope) {
        missed.remove(scope.number());
        Container container = scope.container();
        if (container.getId().isEmpty()) {
            maps.removePod(container.getPodUid());
            pods.remove(container.getPodUid());
        } else {
            maps.removeContainer(container.getId());
            containers.remove(container.getId());
        }
        enforcer.removeScope(scope);
    }
}
