// SPDX-License-Identifier: Apache-2.0
package dev.portcullis.policy.parse;

import static org.assertj.core.api.Assertions.assertThat;

import com.code_intelligence.jazzer.junit.FuzzTest;
import dev.portcullis.policy.InvalidPolicyException;
import dev.portcullis.policy.PolicyException;
import dev.portcullis.policy.PolicyTooComplexException;
import dev.portcullis.policy.SourcedPolicy;
import dev.portcullis.policy.compile.RuleSetCompiler;
import dev.portcullis.policy.ruleset.RuleSetCodec;
import java.util.List;

/**
 * Whatever the bytes are, there is a policy or a problem, and a policy that is taken can be
 * compiled or is too complex. Run by {@code make fuzz} and {@code make test} only. The inputs it
 * begins with are in the resources; what it finds is written beside them, and so tried ever after.
 */
class PolicyFuzzTest {
    private static final int MAX_CELLS = 1 << 16;

    @FuzzTest
    void policies(byte[] yaml) {
        List<SourcedPolicy> policies;
        try {
            policies = PolicyParser.parse("f.yaml", yaml);
        } catch (InvalidPolicyException e) {
            assertThat(e.problems()).isNotEmpty().allMatch(problem -> problem.line() > 0);
            return;
        }
        try {
            // Reading it back checks that the kernel could walk it.
            RuleSetCodec.decode(
                    RuleSetCodec.encode(new RuleSetCompiler(MAX_CELLS).compile(policies)));
        } catch (PolicyTooComplexException e) {
            assertThat(e).hasMessageContaining("policies too complex");
        } catch (PolicyException e) {
            throw new AssertionError("the parser took what the compiler calls wrong", e);
        }
    }
}
