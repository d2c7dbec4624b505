// SPDX-License-Identifier: Apache-2.0
package dev.portcullis.operator.status;

import dev.portcullis.operator.view.PolicyKey;
import dev.portcullis.operator.view.PolicyView;
import java.util.Map;
import java.util.Set;

/** The condition {@code Accepted}: whether a policy can be enforced exactly as it is written. */
final class Acceptance {
    private static final int SHOWN = 5;

    private static final String EVADABLE =
            " But a policy beside it allows Mount, or it does so itself: by mounting, tasks can evade"
                    + " its path rules";

    private Acceptance() {}

    /**
     * Judges a policy.
     *
     * @param refused policies that could not be compiled, with the reason
     * @param evadable policies whose path rules can be evaded by mounting
     */
    static Verdict of(PolicyView policy, Map<PolicyKey, String> refused, Set<PolicyKey> evadable) {
        if (!policy.problems().isEmpty()) {
            int left = policy.problems().size() - SHOWN;
            String what =
                    String.join("; ", policy.problems().stream().limit(SHOWN).toList())
                            + (left > 0 ? "; and %d more".formatted(left) : "");
            return new Verdict(false, "Invalid", what + former(policy));
        }
        String tooComplex = refused.get(policy.key());
        if (tooComplex != null) {
            return new Verdict(
                    false,
                    "TooComplex",
                    tooComplex
                            + ". Until then the generation before stays in force where it was,"
                            + " and nothing of this policy elsewhere");
        }
        return new Verdict(
                true,
                "Accepted",
                "The policy can be enforced exactly as it is written."
                        + (evadable.contains(policy.key()) ? EVADABLE : ""));
    }

    private static String former(PolicyView policy) {
        return policy.accepted()
                .map(accepted ->
                        ". Until then generation %d stays in force"
                                .formatted(accepted.generation()))
                .orElse(". Until then nothing of this policy is in force");
    }
}
