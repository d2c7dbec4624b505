// SPDX-License-Identifier: Apache-2.0
package dev.portcullis.enforcer.node;

import static org.assertj.core.api.Assertions.assertThat;

import dev.portcullis.enforcer.kernel.RuleCount;
import dev.portcullis.node.v1alpha1.PolicyCount;
import dev.portcullis.policy.ruleset.RuleInfo;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

class PolicyTotalsTest {
    private static RuleInfo rule(String namespace, String policy, String field) {
        return new RuleInfo(policy, namespace, field, "", "Block", 0, "", Map.of());
    }

    private static PolicyCount count(String namespace, String policy, long each) {
        return PolicyCount.newBuilder()
                .setNamespace(namespace)
                .setPolicy(policy)
                .setBlocked(each)
                .setKilled(2 * each)
                .setWouldBlock(3 * each)
                .setAudited(4 * each)
                .build();
    }

    @Test
    void rulesAndRuleSetsOfOnePolicyAreAdded() {
        PolicyTotals totals = new PolicyTotals(List.of(count("shop", "web", 10)));
        totals.add(
                Map.of(
                        rule("shop", "web", "a"), new RuleCount(1, 2, 3, 4),
                        rule("shop", "web", "b"), new RuleCount(1, 2, 3, 4),
                        rule("bank", "web", "a"), new RuleCount(1, 2, 3, 4)));
        assertThat(totals.list())
                .containsExactly(count("bank", "web", 1), count("shop", "web", 12));
    }

    @Test
    void copyIsApart() {
        PolicyTotals totals = new PolicyTotals(List.of(count("shop", "web", 1)));
        totals.copy().add(Map.of(rule("shop", "web", "a"), new RuleCount(1, 2, 3, 4)));
        assertThat(totals.list()).containsExactly(count("shop", "web", 1));
    }
}
