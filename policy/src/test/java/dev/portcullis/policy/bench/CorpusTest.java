// SPDX-License-Identifier: Apache-2.0
package dev.portcullis.policy.bench;

import static org.assertj.core.api.Assertions.assertThat;

import dev.portcullis.policy.PolicyException;
import dev.portcullis.policy.SourcedPolicy;
import dev.portcullis.policy.compile.Applicant;
import dev.portcullis.policy.compile.RuleSetCompiler;
import dev.portcullis.policy.compile.Ruling;
import dev.portcullis.policy.compile.Rulings;
import dev.portcullis.policy.ruleset.Lane;
import dev.portcullis.policy.ruleset.QuestionKind;
import dev.portcullis.policy.ruleset.RuleSet;
import dev.portcullis.policy.ruleset.RuleSetCodec;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;

/**
 * What holds of the corpus whatever the machine; how long it takes is measured by the benchmarks.
 */
class CorpusTest {
    private static final int MOST_BYTES_A_RULE = 256;
    private static final int EVERY = 50;

    private final Corpus corpus = new Corpus();

    @Test
    void aRuleTakesFewBytesAndIsJudgedAsItReads() throws PolicyException {
        List<SourcedPolicy> policies = corpus.policies();
        RuleSet rules = new RuleSetCompiler().compile(policies);

        assertThat(4L * rules.size())
                .isLessThanOrEqualTo((long) MOST_BYTES_A_RULE * corpus.rules());
        Rulings oneByOne = Rulings.of(policies);
        for (int i = 0; i < corpus.paths().size(); i += EVERY) {
            byte[] path = corpus.paths().get(i).getBytes(StandardCharsets.UTF_8);
            for (QuestionKind kind : List.of(QuestionKind.EXEC, QuestionKind.READ_WRITE)) {
                assertThat(rules.judge(kind, Lane.AUDIT, path))
                        .as(corpus.paths().get(i))
                        .isEqualTo(
                                oneByOne.judge(
                                                kind,
                                                Lane.AUDIT,
                                                path,
                                                Applicant.ANYBODY,
                                                Ruling.NOBODY)
                                        .verdict());
            }
        }
        assertThat(RuleSetCodec.decode(RuleSetCodec.encode(rules))).isEqualTo(rules);
    }

    @Test
    void theOrderOfManyPoliciesDoesNotMatter() throws PolicyException {
        List<SourcedPolicy> policies = new ArrayList<>(corpus.policies());
        RuleSet one = new RuleSetCompiler().compile(policies);
        Collections.shuffle(policies, new Random(1));

        assertThat(new RuleSetCompiler().compile(policies)).isEqualTo(one);
    }
}
