// SPDX-License-Identifier: Apache-2.0
package dev.portcullis.operator.status;

import dev.portcullis.operator.view.PolicyKey;
import dev.portcullis.operator.view.PolicyView;
import java.util.Map;

/** The condition {@code Accepted}: whether a policy can be enforced exactly as it is written. */
final class Acceptance {
    private static final int SHOWN = 5;

    private Acceptance() {}

    /**
     * Judges a policy.
     *
     * @param refused policies that could not be compiled, with the reason
     */
    static Verdict of(PolicyView policy, Map<PolicyKey, String> refused) {
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
                true, "Accepted", "The policy can be enforced exactly as it is written.");
    }

    private static String former(PolicyView policy) {
        return policy.accepted()
                .map(accepted ->
                        ". Until then generation %d stays in force"
                                .formatted(accepted.generation()))
                .orElse(". Until then nothing of this policy is in force");
    }
}
