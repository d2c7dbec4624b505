// SPDX-License-Identifier: Apache-2.0
package dev.portcullis.policy.explain;

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
        Applicant applicant = applicant(doer);
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

    /** What the kernel does about one operation, out of both lanes. */
    public Outcome outcome(Operation operation) {
        return Outcome.of(
                decision(judge(operation, Lane.ENFORCE)), decision(judge(operation, Lane.AUDIT)));
    }

    private Ruling judge(Operation operation, Lane lane) {
        return rulings.judge(
                operation.verb().kind(),
                lane,
                operation.question(),
                applicant(operation.doer()),
                Ruling.NOBODY);
    }

    private Applicant applicant(Doer doer) {
        return doer.subject()
                .map(path -> rulings.applicant(path, doer.owner()))
                .orElseGet(() -> rulings.unknown(doer.owner()));
    }

    private Decision decision(Ruling ruling) {
        return Decision.of(ruling, rulings.rules());
    }
}
