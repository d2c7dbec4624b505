// SPDX-License-Identifier: Apache-2.0
package dev.portcullis.policy.diff;

import dev.portcullis.api.v1alpha1.ClusterSecurityPolicy;
import dev.portcullis.api.v1alpha1.LabelSelector;
import dev.portcullis.api.v1alpha1.Policy;
import dev.portcullis.policy.diff.PolicyDifference.FieldChange;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.TreeSet;

/**
 * Which containers a policy selects, field by field, in a form in which the order of lists and the
 * fields left out make no difference.
 */
final class Selection {
    private Selection() {}

    /** The fields that say something else. */
    static List<FieldChange> changes(Policy before, Policy now) {
        Map<String, String> old = fields(before);
        List<FieldChange> changes = new ArrayList<>();
        fields(now)
                .forEach((field, said) -> {
                    String was = old.getOrDefault(field, "");
                    if (!was.equals(said)) {
                        changes.add(new FieldChange(field, was, said));
                    }
                });
        return changes;
    }

    private static Map<String, String> fields(Policy policy) {
        Map<String, String> fields = new TreeMap<>();
        if (policy instanceof ClusterSecurityPolicy cluster) {
            fields.put("spec.namespaceSelector", text(cluster.namespaceSelector()));
        }
        List<String> containers = policy.spec().containers();
        fields.put(
                "spec.containers",
                containers.isEmpty() ? "all" : String.join(", ", new TreeSet<>(containers)));
        fields.put("spec.podSelector", text(policy.spec().podSelector()));
        return fields;
    }

    /** As kubectl takes selectors. */
    private static String text(LabelSelector selector) {
        TreeSet<String> conditions = new TreeSet<>();
        selector.matchLabels().forEach((key, value) -> conditions.add(key + " in (" + value + ")"));
        selector.matchExpressions().forEach(one -> conditions.add(text(one)));
        return conditions.isEmpty() ? "all" : String.join(", ", conditions);
    }

    private static String text(LabelSelector.Requirement requirement) {
        String values = "(" + String.join(", ", new TreeSet<>(requirement.values())) + ")";
        return switch (requirement.operator()) {
            case IN -> requirement.key() + " in " + values;
            case NOT_IN -> requirement.key() + " notin " + values;
            case EXISTS -> requirement.key();
            case DOES_NOT_EXIST -> "!" + requirement.key();
        };
    }
}
