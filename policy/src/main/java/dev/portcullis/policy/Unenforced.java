// SPDX-License-Identifier: Apache-2.0
package dev.portcullis.policy;

import dev.portcullis.api.v1alpha1.Action;
import dev.portcullis.api.v1alpha1.Direction;
import dev.portcullis.api.v1alpha1.NetworkRule;
import dev.portcullis.api.v1alpha1.Protocol;
import dev.portcullis.api.v1alpha1.Rule;
import dev.portcullis.api.v1alpha1.Section;
import dev.portcullis.api.v1alpha1.SecurityPolicySpec;
import java.util.ArrayList;
import java.util.List;

/**
 * What the language has and the kernel programs of this version do not judge. Whoever programs a
 * kernel refuses a policy that has any of it: half of a policy is not what its author wrote.
 */
public final class Unenforced {
    private static final String CURE = "; remove it to have the rest enforced";

    private final SourcedPolicy policy;
    private final List<Problem> found = new ArrayList<>();

    private Unenforced(SourcedPolicy policy) {
        this.policy = policy;
    }

    /** What of a policy cannot be enforced; empty if all of it can. */
    public static List<Problem> of(SourcedPolicy policy) {
        Unenforced look = new Unenforced(policy);
        SecurityPolicySpec spec = policy.policy().spec();
        look.rules("spec.process", spec.process());
        look.rules("spec.file", spec.file());
        look.rules("spec.network", spec.network());
        look.whole("spec.capabilities", spec.capabilities());
        look.whole("spec.system", spec.system());
        return List.copyOf(look.found);
    }

    /**
     * Refuses policies that cannot be enforced.
     *
     * @throws InvalidPolicyException if there is anything of the kind in any of them, with all of
     *     it
     */
    public static void refuse(List<SourcedPolicy> policies) throws InvalidPolicyException {
        List<Problem> all = policies.stream().flatMap(policy -> of(policy).stream()).toList();
        if (!all.isEmpty()) {
            throw new InvalidPolicyException(all);
        }
    }

    private void whole(String field, Section<?> section) {
        if (section.defaultAction() != Action.ALLOW || !section.rules().isEmpty()) {
            add(field, "this section");
        }
    }

    private void rules(String section, Section<?> rules) {
        for (int i = 0; i < rules.rules().size(); i++) {
            Rule rule = rules.rules().get(i);
            String field = section + ".rules[" + i + "].";
            if (!rule.from().isEmpty()) {
                add(field + "from", "rules for some subjects");
            }
            if (!rule.exceptFrom().isEmpty()) {
                add(field + "exceptFrom", "rules for some subjects");
            }
            if (rule.unlessOwner()) {
                add(field + "unlessOwner", "rules for some owners");
            }
            if (rule instanceof NetworkRule network) {
                network(field, network);
            }
        }
    }

    private void network(String field, NetworkRule rule) {
        if (rule.direction() == Direction.LISTEN) {
            add(field + "direction", "Listen");
        }
        for (int i = 0; i < rule.protocols().size(); i++) {
            Protocol protocol = rule.protocols().get(i);
            if (protocol.isSocket()) {
                add(field + "protocols[" + i + "]", protocol.text());
            }
        }
    }

    private void add(String field, String what) {
        found.add(
                new Problem(
                        policy.file(),
                        policy.lines().getOrDefault(field, 1),
                        1,
                        field,
                        "this version cannot enforce " + what + " yet" + CURE));
    }
}
