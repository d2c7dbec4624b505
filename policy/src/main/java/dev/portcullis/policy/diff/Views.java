// SPDX-License-Identifier: Apache-2.0
package dev.portcullis.policy.diff;

import dev.portcullis.policy.InvalidPolicyException;
import dev.portcullis.policy.PolicyTooComplexException;
import dev.portcullis.policy.compile.Applicant;
import dev.portcullis.policy.compile.RulingDfa;
import dev.portcullis.policy.compile.Rulings;
import dev.portcullis.policy.ruleset.QuestionKind;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/** The automata of one side for one kind of question, made once for all who have the same view. */
final class Views {
    private final Rulings rulings;
    private final QuestionKind kind;
    private final Map<List<Integer>, RulingDfa> made = new HashMap<>();

    Views(Rulings rulings, QuestionKind kind) {
        this.rulings = rulings;
        this.kind = kind;
    }

    RulingDfa automaton(Applicant applicant)
            throws InvalidPolicyException, PolicyTooComplexException {
        List<Integer> view = rulings.view(kind, applicant);
        RulingDfa automaton = made.get(view);
        if (automaton == null) {
            automaton = rulings.automaton(kind, applicant);
            made.put(view, automaton);
        }
        return automaton;
    }
}
