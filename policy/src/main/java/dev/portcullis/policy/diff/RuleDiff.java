// SPDX-License-Identifier: Apache-2.0
package dev.portcullis.policy.diff;

import dev.portcullis.policy.InvalidPolicyException;
import dev.portcullis.policy.PolicyTooComplexException;
import dev.portcullis.policy.SourcedPolicy;
import dev.portcullis.policy.compile.Beside;
import dev.portcullis.policy.compile.Ruling;
import dev.portcullis.policy.compile.RulingDfa;
import dev.portcullis.policy.compile.Rulings;
import dev.portcullis.policy.explain.Decision;
import dev.portcullis.policy.explain.Verb;
import dev.portcullis.policy.ruleset.Lane;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.EnumSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.Function;

/**
 * What two sets of policies decide differently.
 *
 * <p>Nothing is asked about opening for both reading and writing: its answer is the stricter of two
 * others, so it differs only where one of them does.
 */
public final class RuleDiff {
    private final Rulings before;
    private final Rulings now;
    private final List<Beside> companies;

    /** What makes two differences the same. */
    private record Kind(Beside beside, Map<Lane, Change> changes) {}

    private RuleDiff(Rulings before, Rulings now, List<Beside> companies) {
        this.before = before;
        this.now = now;
        this.companies = companies;
    }

    /**
     * Compares all that decides for one container, before and now.
     *
     * @return one difference for each change of decision and of the rules that decide, verb by
     *     verb, the shortest example first; empty if every operation is judged as before
     * @throws InvalidPolicyException if two policies of one side have the same tier, namespace and
     *     name
     * @throws PolicyTooComplexException if there is too much to compare
     */
    public static List<Difference> ofAll(List<SourcedPolicy> before, List<SourcedPolicy> now)
            throws InvalidPolicyException, PolicyTooComplexException {
        return of(before, now, List.of(Beside.NOTHING));
    }

    /**
     * Compares policies of one tier, whatever other policies stand beside them.
     *
     * @return as {@link #ofAll}; empty if every operation is judged as before, whoever else decides
     * @throws InvalidPolicyException as {@link #ofAll}
     * @throws PolicyTooComplexException as {@link #ofAll}
     */
    public static List<Difference> ofPart(List<SourcedPolicy> before, List<SourcedPolicy> now)
            throws InvalidPolicyException, PolicyTooComplexException {
        return of(before, now, List.of(Beside.values()));
    }

    private static List<Difference> of(
            List<SourcedPolicy> before, List<SourcedPolicy> now, List<Beside> companies)
            throws InvalidPolicyException, PolicyTooComplexException {
        RuleDiff diff = new RuleDiff(Rulings.of(before), Rulings.of(now), companies);
        List<Difference> all = new ArrayList<>();
        for (Verb verb : Verb.values()) {
            diff.resolved(verb).forEach(difference -> add(difference, all));
        }
        for (Verb verb : Verb.values()) {
            diff.unresolved(verb).forEach(difference -> add(difference, all));
        }
        return List.copyOf(all);
    }

    /** What is the same but for the verb is told together. */
    private static void add(Difference added, List<Difference> all) {
        for (int i = 0; i < all.size(); i++) {
            Difference other = all.get(i);
            if (other.example().equals(added.example())
                    && other.beside() == added.beside()
                    && other.changes().equals(added.changes())) {
                List<Verb> verbs = new ArrayList<>(other.verbs());
                verbs.addAll(added.verbs());
                all.set(i, new Difference(verbs, other.example(), other.beside(), other.changes()));
                return;
            }
        }
        all.add(added);
    }

    private List<Difference> resolved(Verb verb)
            throws InvalidPolicyException, PolicyTooComplexException {
        RulingDfa old = before.automaton(verb.kind());
        RulingDfa young = now.automaton(verb.kind());
        Map<Kind, byte[]> shortest = new LinkedHashMap<>();
        Product.walk(
                verb.kind(),
                old,
                young,
                pair -> {
                    // One company can tell of one lane what only another tells of the other.
                    Set<Lane> told = EnumSet.noneOf(Lane.class);
                    for (Beside beside : companies) {
                        Map<Lane, Change> changes =
                                changes(
                                        lane -> old.ruling(pair.before(), beside, lane),
                                        lane -> young.ruling(pair.now(), beside, lane));
                        if (told.addAll(changes.keySet())) {
                            keep(new Kind(beside, changes), pair.question(), shortest);
                        }
                    }
                });
        List<Difference> found = new ArrayList<>();
        shortest.forEach((kind, question) ->
                found.add(
                        new Difference(
                                List.of(verb),
                                Example.of(verb.kind(), question),
                                kind.beside(),
                                kind.changes())));
        return found;
    }

    /** The root is the shortest path of all, but nobody thinks of it when asked for a file. */
    private static void keep(Kind kind, byte[] question, Map<Kind, byte[]> shortest) {
        byte[] known = shortest.get(kind);
        if (known == null || known.length == 1) {
            shortest.put(kind, question);
        }
    }

    private Map<Lane, Change> changes(Function<Lane, Ruling> old, Function<Lane, Ruling> young) {
        Map<Lane, Change> changes = new EnumMap<>(Lane.class);
        for (Lane lane : Lane.values()) {
            Ruling was = old.apply(lane);
            Ruling is = young.apply(lane);
            if (was.strictness() != is.strictness()) {
                changes.put(
                        lane,
                        new Change(Decision.of(was, before.rules()), Decision.of(is, now.rules())));
            }
        }
        return changes;
    }

    private List<Difference> unresolved(Verb verb) {
        Map<Lane, Change> changes =
                changes(
                        lane -> before.unresolved(verb.kind(), lane),
                        lane -> now.unresolved(verb.kind(), lane));
        return changes.isEmpty()
                ? List.of()
                : List.of(
                        new Difference(
                                List.of(verb),
                                Example.unresolved(verb.kind()),
                                Beside.NOTHING,
                                changes));
    }
}
