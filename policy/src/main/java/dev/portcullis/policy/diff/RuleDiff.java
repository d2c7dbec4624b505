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
import dev.portcullis.policy.ruleset.QuestionKind;
import java.util.ArrayList;
import java.util.Collection;
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
    /** So many automata are made for a verb and side, each in some milliseconds for most rules. */
    private static final int MAX_VIEWS = 512;

    private final Rulings before;
    private final Rulings now;
    private final List<Beside> companies;
    private final List<Actor> actors;

    /** What makes two differences the same. */
    private record Kind(Beside beside, Map<Lane, Change> changes) {}

    /** What the rules of both sides make of somebody; who has the same is judged the same. */
    private record View(List<Integer> before, List<Integer> now) {}

    private RuleDiff(Rulings before, Rulings now, List<Beside> companies)
            throws InvalidPolicyException, PolicyTooComplexException {
        this.before = before;
        this.now = now;
        this.companies = companies;
        actors = Actor.all(before, now);
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
                    && other.doer().equals(added.doer())
                    && other.beside() == added.beside()
                    && other.changes().equals(added.changes())) {
                List<Verb> verbs = new ArrayList<>(other.verbs());
                verbs.addAll(added.verbs());
                all.set(
                        i,
                        new Difference(
                                verbs,
                                other.example(),
                                other.doer(),
                                other.beside(),
                                other.changes()));
                return;
            }
        }
        all.add(added);
    }

    /** A difference is told of the first who feels it. */
    private Collection<Difference> resolved(Verb verb)
            throws InvalidPolicyException, PolicyTooComplexException {
        Map<Kind, Difference> found = new LinkedHashMap<>();
        Views old = new Views(before, verb.kind());
        Views young = new Views(now, verb.kind());
        for (Actor actor : telling(verb.kind(), actors)) {
            shortest(verb.kind(), old.automaton(actor.before()), young.automaton(actor.now()))
                    .forEach((kind, question) ->
                            found.putIfAbsent(
                                    kind,
                                    new Difference(
                                            List.of(verb),
                                            Example.of(verb.kind(), question),
                                            actor.doer(),
                                            kind.beside(),
                                            kind.changes())));
        }
        return found.values();
    }

    /** Those of whom each is judged otherwise than all before. */
    private List<Actor> telling(QuestionKind kind, List<Actor> all)
            throws PolicyTooComplexException {
        Map<View, Actor> first = new LinkedHashMap<>();
        for (Actor actor : all) {
            first.putIfAbsent(
                    new View(before.view(kind, actor.before()), now.view(kind, actor.now())),
                    actor);
        }
        if (first.size() > MAX_VIEWS) {
            throw new PolicyTooComplexException(
                    "to compare them takes %d views of subjects and owners, at most %d"
                            .formatted(first.size(), MAX_VIEWS),
                    List.of());
        }
        return List.copyOf(first.values());
    }

    private Map<Kind, byte[]> shortest(QuestionKind kind, RulingDfa old, RulingDfa young)
            throws PolicyTooComplexException {
        Map<Kind, byte[]> shortest = new LinkedHashMap<>();
        Product.walk(
                kind,
                old.asked(),
                young.asked(),
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
        return shortest;
    }

    private static void keep(Kind kind, byte[] question, Map<Kind, byte[]> shortest) {
        byte[] known = shortest.get(kind);
        if (known == null || Product.isRoot(known)) {
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

    /** Where it cannot be told what is done to, nor is it who owns that. */
    private Collection<Difference> unresolved(Verb verb) throws PolicyTooComplexException {
        QuestionKind kind = verb.kind();
        if (Example.isAlwaysResolved(kind)) {
            return List.of();
        }
        List<Actor> strangers = actors.stream().filter(actor -> !actor.doer().owner()).toList();
        Map<Map<Lane, Change>, Difference> found = new LinkedHashMap<>();
        for (Actor actor : telling(kind, strangers)) {
            Map<Lane, Change> changes =
                    changes(
                            lane -> before.unresolved(kind, lane, actor.before()),
                            lane -> now.unresolved(kind, lane, actor.now()));
            if (!changes.isEmpty()) {
                found.putIfAbsent(
                        changes,
                        new Difference(
                                List.of(verb),
                                Example.unresolved(kind),
                                actor.doer(),
                                Beside.NOTHING,
                                changes));
            }
        }
        return found.values();
    }
}
