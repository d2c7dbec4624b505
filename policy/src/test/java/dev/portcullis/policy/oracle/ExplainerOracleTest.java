// SPDX-License-Identifier: Apache-2.0
package dev.portcullis.policy.oracle;

import static org.assertj.core.api.Assertions.assertThat;

import dev.portcullis.api.v1alpha1.Policy;
import dev.portcullis.policy.PolicyException;
import dev.portcullis.policy.SourcedPolicy;
import dev.portcullis.policy.explain.Decision;
import dev.portcullis.policy.explain.Doer;
import dev.portcullis.policy.explain.Explainer;
import dev.portcullis.policy.explain.Explanation;
import dev.portcullis.policy.oracle.Oracle.Answer;
import dev.portcullis.policy.oracle.Oracle.Operation;
import dev.portcullis.policy.ruleset.Lane;
import dev.portcullis.policy.ruleset.RuleInfo;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;

/** An explanation is what reading the rules gives, also without the rule that decided. */
class ExplainerOracleTest {
    private static final int POLICY_SETS = 200;
    private static final int OPERATIONS = 40;
    private static final long SEED = Long.getLong("portcullis.seed", System.nanoTime());

    @Test
    void whatWouldDecideOtherwiseIsWhatDecidesOnceTheRuleIsGone() throws PolicyException {
        int otherwise = 0;
        for (int set = 0; set < POLICY_SETS; set++) {
            RandomCases world = new RandomCases(SEED + set);
            List<Policy> policies = world.policies();
            Explainer explainer = Explainer.of(policies.stream().map(SourcedPolicy::of).toList());
            for (int i = 0; i < OPERATIONS; i++) {
                Operation operation = world.operation();
                for (Lane lane : Lane.values()) {
                    Explanation explanation =
                            explainer.explain(
                                    operation.kind(),
                                    lane,
                                    OracleTest.question(operation),
                                    new Doer(
                                            Optional.ofNullable(operation.subject()),
                                            operation.owner()));
                    Decision decision = explanation.decision();
                    assertThat(answer(decision))
                            .as("seed %d, set %d, %s %s", SEED, set, lane, operation)
                            .isEqualTo(new Oracle(policies).ask(operation, lane));
                    assertThat(explanation.without().isPresent())
                            .isEqualTo(decision.by().isPresent());
                    if (decision.by().isPresent()) {
                        Oracle rest = new Oracle(policies, name(decision.by().get()));
                        assertThat(explanation.without().map(ExplainerOracleTest::answer))
                                .as("seed %d, set %d, %s %s", SEED, set, lane, operation)
                                .isEqualTo(Optional.of(rest.ask(operation, lane)));
                        otherwise++;
                    }
                }
            }
        }
        assertThat(otherwise).isGreaterThan(1000);
    }

    /** The oracle names nobody for what is allowed. */
    private static Answer answer(Decision decision) {
        return switch (decision.action()) {
            case ALLOW -> new Answer(decision.action(), "");
            default -> new Answer(decision.action(), name(decision.by().orElseThrow()));
        };
    }

    private static String name(RuleInfo rule) {
        return rule.namespace() + "/" + rule.policy() + " " + rule.field();
    }
}
