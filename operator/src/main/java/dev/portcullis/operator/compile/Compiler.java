// SPDX-License-Identifier: Apache-2.0
package dev.portcullis.operator.compile;

import dev.portcullis.node.v1alpha1.RuleSet;
import dev.portcullis.operator.compile.Compilation.Compiled;
import dev.portcullis.operator.compile.Compilation.Failed;
import dev.portcullis.operator.select.PolicyRef;
import dev.portcullis.operator.select.PolicySet;
import dev.portcullis.operator.view.PolicyKey;
import dev.portcullis.policy.InvalidPolicyException;
import dev.portcullis.policy.PolicyTooComplexException;
import dev.portcullis.policy.compile.RuleSetCompiler;
import dev.portcullis.policy.ruleset.RuleSetCodec;
import java.util.List;
import java.util.Set;
import java.util.stream.Collectors;

/** Compiles one set of policies, and names a culprit where that cannot be done. */
final class Compiler {
    /** Below what a message may have, with room for the frame around it. */
    static final int MAX_BYTES = 31 << 20;

    private final RuleSetCompiler compiler;

    Compiler(RuleSetCompiler compiler) {
        this.compiler = compiler;
    }

    Compilation compile(PolicySet set) {
        try {
            RuleSet ruleSet = RuleSetCodec.encode(compiler.compile(set.sources()));
            if (ruleSet.getSerializedSize() > MAX_BYTES) {
                return new Failed(
                        "the compiled policies have %d MiB, at most %d; shorten messages or rules"
                                .formatted(ruleSet.getSerializedSize() >> 20, MAX_BYTES >> 20),
                        last(set));
            }
            return new Compiled(ruleSet);
        } catch (PolicyTooComplexException e) {
            return new Failed(e.getMessage() + "; simplify or split them", culprits(e, set));
        } catch (InvalidPolicyException e) {
            // The parser lets nothing through that the compiler refuses. Should it ever, the
            // policies that are named are left out like any that cannot be enforced.
            return new Failed(e.getMessage(), last(set));
        }
    }

    /**
     * The policy that contributes most; where none stands out, the last in order. Always one at a
     * time and by content alone, so that a new operator decides as the one before.
     */
    private static Set<PolicyKey> culprits(PolicyTooComplexException e, PolicySet set) {
        Set<PolicyKey> worst =
                e.rules().stream()
                        .limit(1)
                        .flatMap(rule ->
                                set.refs().stream()
                                        .map(PolicyRef::key)
                                        .filter(key ->
                                                key.isCalled(rule.namespace(), rule.policy())))
                        .collect(Collectors.toSet());
        return worst.isEmpty() ? last(set) : worst;
    }

    private static Set<PolicyKey> last(PolicySet set) {
        List<PolicyRef> refs = set.refs().stream().sorted().toList();
        return Set.of(refs.getLast().key());
    }
}
