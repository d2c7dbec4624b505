// SPDX-License-Identifier: Apache-2.0
package dev.portcullis.policy.diff;

import dev.portcullis.policy.InvalidPolicyException;
import dev.portcullis.policy.PolicyTooComplexException;
import dev.portcullis.policy.compile.Applicant;
import dev.portcullis.policy.compile.Rulings;
import dev.portcullis.policy.compile.SubjectPaths;
import dev.portcullis.policy.explain.Doer;
import dev.portcullis.policy.ruleset.QuestionKind;
import java.util.ArrayList;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeSet;

/**
 * Somebody who can do an operation, as the rules of both sides see them.
 *
 * @param doer an example of them, with the shortest path
 * @param before whom the old rules take them for
 * @param now whom the new rules take them for
 */
record Actor(Doer doer, Applicant before, Applicant now) {
    /** What the rules of either side say of a subject. */
    private record Met(List<Integer> before, List<Integer> now) {
        boolean isNothing() {
            return before.isEmpty() && now.isEmpty();
        }
    }

    /**
     * All that either side tells apart: somebody whom no rule names first, if there can be such a
     * one, and subjects that are not known last.
     *
     * @throws InvalidPolicyException if a path of a subject is none
     * @throws PolicyTooComplexException if there are too many
     */
    static List<Actor> all(Rulings before, Rulings now)
            throws InvalidPolicyException, PolicyTooComplexException {
        Map<Met, Actor> strangers = strangers(before.subjectPaths(), now.subjectPaths());
        List<Actor> all = new ArrayList<>();
        strangers.forEach((met, actor) -> all.add(met.isNothing() ? 0 : all.size(), actor));
        all.add(
                new Actor(
                        new Doer(Optional.empty(), false),
                        before.unknown(false),
                        now.unknown(false)));
        return withOwners(all, before, now);
    }

    private static Map<Met, Actor> strangers(SubjectPaths old, SubjectPaths young)
            throws PolicyTooComplexException {
        Map<Met, Actor> found = new LinkedHashMap<>();
        Product.walk(
                QuestionKind.EXEC,
                old.paths(),
                young.paths(),
                pair -> {
                    Applicant was = old.applicant(pair.before(), false);
                    Applicant is = young.applicant(pair.now(), false);
                    Met met = new Met(was.conditions(), is.conditions());
                    Actor known = found.get(met);
                    if (known == null || known.isRoot()) {
                        Doer doer =
                                met.isNothing()
                                        ? Doer.ANYBODY
                                        : new Doer(Optional.of(pair.question()), false);
                        found.put(met, new Actor(doer, was, is));
                    }
                });
        return found;
    }

    /** Nobody executes the root, so another path is a better example. */
    private boolean isRoot() {
        return doer.subject().filter(Product::isRoot).isPresent();
    }

    private static List<Actor> withOwners(List<Actor> strangers, Rulings before, Rulings now) {
        Collection<Boolean> owners = new TreeSet<>(before.owners());
        owners.addAll(now.owners());
        List<Actor> all = new ArrayList<>();
        for (Actor stranger : strangers) {
            owners.forEach(owner -> all.add(stranger.as(owner)));
        }
        return List.copyOf(all);
    }

    private Actor as(boolean owner) {
        return new Actor(new Doer(doer.subject(), owner), as(before, owner), as(now, owner));
    }

    private static Applicant as(Applicant applicant, boolean owner) {
        return new Applicant(applicant.known(), applicant.conditions(), owner);
    }
}
