// SPDX-License-Identifier: Apache-2.0
package dev.portcullis.policy.explain;

import dev.portcullis.api.v1alpha1.Action;
import dev.portcullis.policy.InvalidPolicyException;
import dev.portcullis.policy.PolicyTooComplexException;
import dev.portcullis.policy.SourcedPolicy;
import dev.portcullis.policy.compile.Applicant;
import dev.portcullis.policy.compile.Ruling;
import dev.portcullis.policy.compile.Rulings;
import dev.portcullis.policy.ruleset.Lane;
import dev.portcullis.policy.ruleset.QuestionKind;
import java.util.List;
import java.util.Optional;

/** Explains what the policies of one container decide. */
public final class Explainer {
    private final Rulings rulings;

    private Explainer(Rulings rulings) {
        this.rulings = rulings;
    }

    /**
     * Takes the policies, in any order.
     *
     * @throws InvalidPolicyException if two have the same tier, namespace and name
     * @throws PolicyTooComplexException if they have too many patterns
     */
    public static Explainer of(List<SourcedPolicy> policies)
            throws InvalidPolicyException, PolicyTooComplexException {
        return new Explainer(Rulings.of(policies));
    }

    /**
     * Explains one lane's decision on one question.
     *
     * @param question the bytes that the rule set is asked
     */
    public Explanation explain(QuestionKind kind, Lane lane, byte[] question, Doer doer) {
        Applicant applicant =
                doer.subject()
                        .map(path -> rulings.applicant(path, doer.owner()))
                        .orElseGet(() -> rulings.unknown(doer.owner()));
        Ruling ruling = rulings.judge(kind, lane, question, applicant, Ruling.NOBODY);
        return new Explanation(
                decision(ruling),
                ruling.isBySomebody()
                        ? Optional.of(
                                decision(
                                        rulings.judge(
                                                kind, lane, question, applicant, ruling.by())))
                        : Optional.empty());
    }

    private Decision decision(Ruling ruling) {
        return new Decision(
                Action.values()[ruling.strictness()],
                ruling.isBySomebody()
                        ? Optional.of(rulings.rules().get(ruling.by()))
                        : Optional.empty());
    }
}
