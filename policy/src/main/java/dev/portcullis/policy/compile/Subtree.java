// SPDX-License-Identifier: Apache-2.0
package dev.portcullis.policy.compile;

import dev.portcullis.api.v1alpha1.Access;
import dev.portcullis.api.v1alpha1.Action;
import dev.portcullis.api.v1alpha1.FileRule;
import dev.portcullis.api.v1alpha1.ProcessRule;
import dev.portcullis.api.v1alpha1.Rule;
import dev.portcullis.api.v1alpha1.Tier;
import java.util.List;
import java.util.Set;

/**
 * What a rule says of all that lies below a directory, for when the directory gets another name: a
 * file below it would get one too, and nobody looks at each.
 *
 * <p>A rule that refuses anything below the directory by its present name refuses; but for patterns
 * that go on from every directory alike, such as {@code /**}{@code /name}. An Allow rule allows
 * where it allows everything below. What {@code except} leaves out is not looked at.
 *
 * @param refuses whether the rule refuses what it matches
 * @param allows whether the rule allows all that it matches, to everybody it holds for
 * @param speech what {@link Precedence} sees of the rule but for its place: of two rules that are
 *     equal in this, the first decides
 */
record Subtree(boolean refuses, boolean allows, Object speech) {
    /** Of patterns that are no rule's. */
    static final Subtree NOTHING = new Subtree(false, false, "");

    private record Speech(
            Tier tier,
            boolean enforced,
            Action action,
            Set<Access> access,
            List<String> from,
            List<String> exceptFrom,
            boolean unlessOwner) {}

    static Subtree of(Entry entry, ProcessRule rule) {
        return of(entry, rule, Set.of(), rule.except().isEmpty());
    }

    static Subtree of(Entry entry, FileRule rule) {
        return of(entry, rule, rule.access(), rule.except().isEmpty());
    }

    private static Subtree of(Entry entry, Rule rule, Set<Access> access, boolean wholly) {
        return new Subtree(
                rule.action().refuses(),
                rule.action() == Action.ALLOW && wholly && !rule.unlessOwner(),
                new Speech(
                        entry.tier(),
                        entry.enforced(),
                        rule.action(),
                        access,
                        rule.from(),
                        rule.exceptFrom(),
                        rule.unlessOwner()));
    }
}
