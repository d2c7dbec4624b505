// SPDX-License-Identifier: Apache-2.0
package dev.portcullis.policy.diff;

import dev.portcullis.api.v1alpha1.Metadata;
import dev.portcullis.api.v1alpha1.Mode;
import dev.portcullis.policy.InvalidPolicyException;
import dev.portcullis.policy.PolicyTooComplexException;
import dev.portcullis.policy.SourcedPolicy;
import dev.portcullis.policy.diff.PolicyDifference.FieldChange;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.TreeMap;

/**
 * Compares policies one by one, for whatever pods there are. If nothing is told of any of them,
 * every operation of every container is judged as before, because each policy selects the same
 * containers and says the same there, whichever others do too.
 */
public final class PolicyDiff {
    /** A ClusterSecurityPolicy has no slash in its qualified name, so no two tiers meet here. */
    private final TreeMap<String, SourcedPolicy> before = new TreeMap<>();

    private final TreeMap<String, SourcedPolicy> now = new TreeMap<>();
    private final List<PolicyDifference> differences = new ArrayList<>();

    private PolicyDiff(List<SourcedPolicy> before, List<SourcedPolicy> now) {
        before.forEach(policy -> this.before.put(name(policy), policy));
        now.forEach(policy -> this.now.put(name(policy), policy));
    }

    /**
     * Compares each policy with the one of the same tier, namespace and name.
     *
     * @param before different names
     * @param now different names
     * @return by name; empty if all mean the same
     * @throws InvalidPolicyException if one holds a path, network or port that is none
     * @throws PolicyTooComplexException if there is too much to compare
     */
    public static List<PolicyDifference> of(List<SourcedPolicy> before, List<SourcedPolicy> now)
            throws InvalidPolicyException, PolicyTooComplexException {
        return new PolicyDiff(before, now).run();
    }

    private List<PolicyDifference> run() throws InvalidPolicyException, PolicyTooComplexException {
        dropRenamed();
        TreeMap<String, SourcedPolicy> all = new TreeMap<>(before);
        all.putAll(now);
        for (String name : all.keySet()) {
            PolicyDifference difference =
                    compare(
                            Optional.ofNullable(before.get(name)),
                            Optional.ofNullable(now.get(name)));
            if (!difference.isNone()) {
                differences.add(difference);
            }
        }
        return List.copyOf(differences);
    }

    /** A policy that is gone, while one that means the same is new, has only another name. */
    private void dropRenamed() throws InvalidPolicyException, PolicyTooComplexException {
        for (SourcedPolicy gone : List.copyOf(before.values())) {
            if (now.containsKey(name(gone))) {
                continue;
            }
            for (SourcedPolicy candidate : List.copyOf(now.values())) {
                if (!before.containsKey(name(candidate)) && meansTheSame(gone, candidate)) {
                    before.remove(name(gone));
                    now.remove(name(candidate));
                    break;
                }
            }
        }
    }

    private static boolean meansTheSame(SourcedPolicy one, SourcedPolicy other)
            throws InvalidPolicyException, PolicyTooComplexException {
        Metadata metadata = one.policy().metadata();
        return one.policy().tier() == other.policy().tier()
                && metadata.namespace().equals(other.policy().metadata().namespace())
                && fields(one, other).isEmpty()
                && compare(Optional.of(one), Optional.of(other)).isNone();
    }

    private static PolicyDifference compare(
            Optional<SourcedPolicy> before, Optional<SourcedPolicy> now)
            throws InvalidPolicyException, PolicyTooComplexException {
        if (before.isEmpty() || now.isEmpty()) {
            return new PolicyDifference(
                    before,
                    now,
                    List.of(),
                    RuleDiff.ofPart(before.stream().toList(), now.stream().toList()));
        }
        // In its old mode every rule of it would differ, and say no more than the mode does.
        Mode mode = now.get().policy().spec().mode();
        return new PolicyDifference(
                before,
                now,
                fields(before.get(), now.get()),
                RuleDiff.ofPart(List.of(before.get().withMode(mode)), List.of(now.get())));
    }

    private static List<FieldChange> fields(SourcedPolicy before, SourcedPolicy now) {
        List<FieldChange> changes =
                new ArrayList<>(Selection.changes(before.policy(), now.policy()));
        String was = before.policy().spec().mode().text();
        String is = now.policy().spec().mode().text();
        if (!was.equals(is)) {
            changes.add(new FieldChange("spec.mode", was, is));
        }
        return changes;
    }

    private static String name(SourcedPolicy policy) {
        return policy.policy().metadata().qualifiedName();
    }
}
