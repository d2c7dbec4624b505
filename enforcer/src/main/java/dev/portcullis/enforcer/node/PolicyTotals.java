// SPDX-License-Identifier: Apache-2.0
package dev.portcullis.enforcer.node;

import dev.portcullis.enforcer.kernel.RuleCount;
import dev.portcullis.node.v1alpha1.PolicyCount;
import dev.portcullis.policy.ruleset.RuleInfo;
import java.util.Collection;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/** What policies did, summed over their rules and over rule sets. */
final class PolicyTotals {
    private record Policy(String namespace, String name) {}

    private final Map<Policy, PolicyCount> counts = new HashMap<>();

    PolicyTotals() {}

    PolicyTotals(Collection<PolicyCount> counts) {
        counts.forEach(this::add);
    }

    PolicyTotals copy() {
        return new PolicyTotals(counts.values());
    }

    void add(Map<RuleInfo, RuleCount> rules) {
        rules.forEach((rule, count) ->
                add(
                        PolicyCount.newBuilder()
                                .setNamespace(rule.namespace())
                                .setPolicy(rule.policy())
                                .setBlocked(count.blocked())
                                .setKilled(count.killed())
                                .setWouldBlock(count.wouldBlock())
                                .setAudited(count.audited())
                                .build()));
    }

    private void add(PolicyCount more) {
        counts.merge(new Policy(more.getNamespace(), more.getPolicy()), more, PolicyTotals::sum);
    }

    private static PolicyCount sum(PolicyCount one, PolicyCount other) {
        return one.toBuilder()
                .setBlocked(one.getBlocked() + other.getBlocked())
                .setKilled(one.getKilled() + other.getKilled())
                .setWouldBlock(one.getWouldBlock() + other.getWouldBlock())
                .setAudited(one.getAudited() + other.getAudited())
                .build();
    }

    /** By namespace and name. */
    List<PolicyCount> list() {
        return counts.values().stream()
                .sorted(
                        Comparator.comparing(PolicyCount::getNamespace)
                                .thenComparing(PolicyCount::getPolicy))
                .toList();
    }
}
