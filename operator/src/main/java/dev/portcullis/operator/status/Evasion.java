// SPDX-License-Identifier: Apache-2.0
package dev.portcullis.operator.status;

import dev.portcullis.api.v1alpha1.Mode;
import dev.portcullis.operator.select.PolicySet;
import dev.portcullis.operator.view.PolicyKey;
import dev.portcullis.policy.InvalidPolicyException;
import dev.portcullis.policy.compile.MountRefusal;
import java.util.HashMap;
import java.util.HashSet;
import java.util.Map;
import java.util.Set;

/**
 * Finds policies in force whose path rules can be evaded, because a container may mount. Looks at
 * each set once, and remembers it as long as it is asked of. Not safe for use by several threads.
 */
final class Evasion {
    private final Map<PolicySet, Set<PolicyKey>> known = new HashMap<>();

    /**
     * Those that refuse paths and stand in a set that does not refuse mounting.
     *
     * @param sets the policies of a container each
     */
    Set<PolicyKey> among(Set<PolicySet> sets) {
        known.keySet().retainAll(sets);
        Set<PolicyKey> evadable = new HashSet<>();
        for (PolicySet set : sets) {
            evadable.addAll(known.computeIfAbsent(set, Evasion::in));
        }
        return Set.copyOf(evadable);
    }

    private static Set<PolicyKey> in(PolicySet set) {
        Set<PolicyKey> evadable = new HashSet<>();
        if (!refusesMount(set)) {
            set.policies()
                    .forEach((ref, source) -> {
                        if (ref.mode() == Mode.ENFORCE
                                && MountRefusal.isImpliedBy(source.policy().spec())) {
                            evadable.add(ref.key());
                        }
                    });
        }
        return evadable;
    }

    private static boolean refusesMount(PolicySet set) {
        try {
            return MountRefusal.holds(set.sources());
        } catch (InvalidPolicyException e) {
            // The API server keeps no two policies of one name in a namespace.
            throw new IllegalStateException("policies of one name: " + set, e);
        }
    }
}
