// SPDX-License-Identifier: Apache-2.0
package dev.portcullis.operator.compile;

import dev.portcullis.node.v1alpha1.RuleSet;
import dev.portcullis.operator.view.PolicyKey;
import java.util.Set;

/** What became of compiling a set of policies. */
public sealed interface Compilation {
    /**
     * It can be enforced exactly.
     *
     * @param ruleSet as nodes get it
     */
    record Compiled(RuleSet ruleSet) implements Compilation {}

    /**
     * It cannot be enforced exactly, and so not at all.
     *
     * @param reason a sentence with the cure
     * @param culprits the policies to leave out, at least one
     */
    record Failed(String reason, Set<PolicyKey> culprits) implements Compilation {
        public Failed {
            culprits = Set.copyOf(culprits);
        }
    }
}
