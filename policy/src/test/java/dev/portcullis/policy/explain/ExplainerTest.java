// SPDX-License-Identifier: Apache-2.0
package dev.portcullis.policy.explain;

import static org.assertj.core.api.Assertions.assertThat;

import dev.portcullis.api.v1alpha1.Mode;
import dev.portcullis.api.v1alpha1.Tier;
import dev.portcullis.policy.PolicyException;
import dev.portcullis.policy.SourcedPolicy;
import dev.portcullis.policy.parse.PolicyParser;
import dev.portcullis.policy.ruleset.Lane;
import dev.portcullis.policy.ruleset.QuestionKind;
import dev.portcullis.policy.ruleset.RuleInfo;
import java.nio.charset.StandardCharsets;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class ExplainerTest {
    private static final String POLICIES =
            """
            apiVersion: portcullis.dev/v1alpha1
            kind: SecurityPolicy
            metadata: {name: web, namespace: shop}
            spec:
              process:
                default: Block
                rules:
                - {action: Allow, paths: [/app, /both, /seen]}
                - {action: Audit, paths: [/seen, /other]}
                - {action: Kill, paths: [/both]}
            ---
            apiVersion: portcullis.dev/v1alpha1
            kind: ClusterSecurityPolicy
            metadata: {name: base}
            spec:
              mode: Audit
              process:
                rules:
                - {action: Block, paths: [/both, /app]}
                - {action: Kill, paths: [/app]}
                - {action: Allow, paths: [/x]}
            """;

    private static List<SourcedPolicy> policies() throws PolicyException {
        return PolicyParser.parse("p.yaml", POLICIES.getBytes(StandardCharsets.UTF_8));
    }

    private static String text(Decision decision) {
        return decision.action() + decision.by().map(rule -> " " + name(rule)).orElse("");
    }

    private static String name(RuleInfo rule) {
        return rule.qualifiedPolicy() + " " + rule.field().replace("spec.process.", "");
    }

    @ParameterizedTest(name = "{0} {1}: {2}, otherwise {3}")
    @CsvSource({
        "/app,   ENFORCE, ALLOW shop/web rules[0], BLOCK shop/web default",
        "/app,   AUDIT,   KILL base rules[1],      BLOCK base rules[0]",
        "/both,  ENFORCE, KILL shop/web rules[2],  ALLOW shop/web rules[0]",
        "/both,  AUDIT,   KILL shop/web rules[2],  BLOCK base rules[0]",
        "/seen,  ENFORCE, AUDIT shop/web rules[1], ALLOW shop/web rules[0]",
        "/other, ENFORCE, BLOCK shop/web default,  AUDIT shop/web rules[1]",
        "/none,  AUDIT,   BLOCK shop/web default,  ALLOW",
        "/x,     AUDIT,   BLOCK shop/web default,  ALLOW base rules[2]",
    })
    void whoDecidedIsToldAndWhoWouldOtherwise(
            String path, Lane lane, String decision, String without) throws PolicyException {
        Explanation explanation =
                Explainer.of(policies())
                        .explain(
                                QuestionKind.EXEC,
                                lane,
                                path.getBytes(StandardCharsets.UTF_8),
                                Doer.ANYBODY);
        assertThat(text(explanation.decision())).isEqualTo(decision);
        assertThat(explanation.without().map(ExplainerTest::text)).contains(without);
    }

    @Test
    void whereNothingSpeaksThereIsNobody() throws PolicyException {
        Explanation explanation =
                Explainer.of(policies())
                        .explain(
                                QuestionKind.READ,
                                Lane.AUDIT,
                                "/app".getBytes(StandardCharsets.UTF_8),
                                Doer.ANYBODY);
        assertThat(text(explanation.decision())).isEqualTo("ALLOW");
        assertThat(explanation.without()).isEmpty();
    }

    @Test
    void theLineAndTheTierAreKnown() throws PolicyException {
        List<SourcedPolicy> enforced =
                policies().stream().map(policy -> policy.withMode(Mode.ENFORCE)).toList();
        RuleInfo rule =
                Explainer.of(enforced)
                        .explain(
                                QuestionKind.EXEC,
                                Lane.ENFORCE,
                                "/app".getBytes(StandardCharsets.UTF_8),
                                Doer.ANYBODY)
                        .decision()
                        .by()
                        .orElseThrow();
        assertThat(rule.source()).isEqualTo("p.yaml:20");
        assertThat(rule.tier()).isEqualTo(Tier.CLUSTER);
    }
}
