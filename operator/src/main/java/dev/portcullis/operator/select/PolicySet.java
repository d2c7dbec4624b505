// SPDX-License-Identifier: Apache-2.0
package dev.portcullis.operator.select;

import dev.portcullis.operator.view.PolicyKey;
import dev.portcullis.policy.SourcedPolicy;
import java.util.Collections;
import java.util.List;
import java.util.Set;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.stream.Collectors;

/**
 * The policies that hold for a container. Equal where the references are equal, whatever object
 * holds the text: what a reference means never changes.
 */
public final class PolicySet {
    /** No policy. */
    public static final PolicySet EMPTY = new PolicySet(new TreeMap<>());

    private final SortedMap<PolicyRef, SourcedPolicy> policies;
    private final Set<PolicyRef> refs;
    private final int hash;

    private PolicySet(SortedMap<PolicyRef, SourcedPolicy> policies) {
        this.policies = policies;
        refs = Set.copyOf(policies.keySet());
        hash = refs.hashCode();
    }

    /** These policies, each already in its effective mode. */
    public static PolicySet of(SortedMap<PolicyRef, SourcedPolicy> policies) {
        return policies.isEmpty() ? EMPTY : new PolicySet(new TreeMap<>(policies));
    }

    public boolean isEmpty() {
        return policies.isEmpty();
    }

    /** Which policies. */
    public Set<PolicyRef> refs() {
        return refs;
    }

    /** The policies, each in its effective mode. */
    public List<SourcedPolicy> sources() {
        return List.copyOf(policies.values());
    }

    /** The same, by reference. */
    public SortedMap<PolicyRef, SourcedPolicy> policies() {
        return Collections.unmodifiableSortedMap(policies);
    }

    /**
     * The same, with some policies in the generation that held before, or left out where none did.
     *
     * @param culprits those that give way
     * @param last what held before
     */
    public PolicySet yielding(Set<PolicyKey> culprits, PolicySet last) {
        SortedMap<PolicyRef, SourcedPolicy> rest = new TreeMap<>(policies);
        for (PolicyRef ref : policies.keySet()) {
            if (culprits.contains(ref.key())) {
                rest.remove(ref);
                last.policies.forEach((old, source) -> {
                    if (old.uid().equals(ref.uid()) && old.generation() < ref.generation()) {
                        rest.put(
                                new PolicyRef(ref.key(), ref.uid(), old.generation(), ref.mode()),
                                PolicyAspects.inMode(source, ref.mode()));
                    }
                });
            }
        }
        return of(rest);
    }

    @Override
    public boolean equals(Object other) {
        return other instanceof PolicySet that && hash == that.hash && refs.equals(that.refs);
    }

    @Override
    public int hashCode() {
        return hash;
    }

    /** The names, for logs. */
    @Override
    public String toString() {
        return policies.keySet().stream()
                .map(ref -> ref.key() + "@" + ref.generation() + ":" + ref.mode().text())
                .collect(Collectors.joining(", ", "[", "]"));
    }
}
