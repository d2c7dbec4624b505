// SPDX-License-Identifier: Apache-2.0
package dev.portcullis.policy.automaton;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.ToIntFunction;

/**
 * Subset construction. A state of the result is the set of states in which the nondeterministic
 * automaton can be; only those that read or accept are kept in the set, which makes more sets
 * equal.
 *
 * <p>Bytes that no edge of a set tells apart are not looked at one by one: see {@link Fan}.
 */
public final class Determinizer {
    private final Nfa nfa;
    private final Meter meter;
    private final Closures closures;
    private final IntArrays subsets = new IntArrays();
    private final IntArrays reads = new IntArrays();
    private final List<Fan> fans = new ArrayList<>(); // by number in `reads`

    /** Where the current set's edges lead, by what they read. */
    private final IntList[] targets;

    private final IntList read = new IntList();
    private final IntList reached = new IntList();
    private final IntList members = new IntList();

    private Determinizer(Nfa nfa, AutomatonBudget budget) {
        this.nfa = nfa;
        meter = new Meter(budget);
        closures = new Closures(nfa);
        targets = new IntList[nfa.sets().size()];
        Arrays.setAll(targets, set -> new IntList());
    }

    /**
     * Makes the automaton deterministic.
     *
     * @param labelOf the label of a state, from the ascending tags that it accepts; asked once for
     *     each set of them
     * @throws AutomatonTooLargeException if the result, the sets or the work grow over the budget
     */
    public static Dfa run(Nfa nfa, ToIntFunction<int[]> labelOf, AutomatonBudget budget)
            throws AutomatonTooLargeException {
        return new Determinizer(nfa, budget).run(labelOf);
    }

    private Dfa run(ToIntFunction<int[]> labelOf) throws AutomatonTooLargeException {
        Rows rows = new Rows();
        reached.add(Nfa.START);
        number();
        for (int state = 0; state < subsets.count(); state++) {
            Fan fan = fan(state);
            int[] successors = new int[fan.split().groups()];
            for (int group = 0; group < successors.length; group++) {
                reached.clear();
                for (int set : fan.sets(group)) {
                    reached.addAll(targets[set]);
                }
                successors[group] = number();
            }
            rows.add(fan.split(), successors);
        }
        return new Dfa(rows, labels(labelOf), new int[] {0});
    }

    /** Few sets of tags are accepted at once, so each is judged only once. */
    private int[] labels(ToIntFunction<int[]> labelOf) {
        int[] label = new int[subsets.count()];
        IntArrays known = new IntArrays();
        IntList labelOfKnown = new IntList();
        IntList tags = new IntList();
        for (int state = 0; state < label.length; state++) {
            tags(state, tags);
            int number = known.number(tags);
            if (number == labelOfKnown.size()) {
                labelOfKnown.add(labelOf.applyAsInt(tags.toArray()));
            }
            label[state] = labelOfKnown.get(number);
        }
        return label;
    }

    /** Puts the ascending tags that a set accepts into a list. */
    private void tags(int subset, IntList tags) {
        tags.clear();
        for (int i = subsets.first(subset); i < subsets.first(subset + 1); i++) {
            int tag = nfa.acceptTag(subsets.value(i));
            if (tag >= 0) {
                tags.add(tag);
            }
        }
        tags.sortDistinct();
    }

    /** Sorts the edges of a set's members by what they read. */
    private Fan fan(int subset) throws AutomatonTooLargeException {
        for (int i = 0; i < read.size(); i++) {
            targets[read.get(i)].clear();
        }
        read.clear();
        for (int i = subsets.first(subset); i < subsets.first(subset + 1); i++) {
            int member = subsets.value(i);
            for (int edge = nfa.firstEdge(member); edge >= 0; edge = nfa.nextEdge(edge)) {
                if (!nfa.isEpsilon(edge)) {
                    IntList list = targets[nfa.setOf(edge)];
                    if (list.size() == 0) {
                        read.add(nfa.setOf(edge));
                    }
                    list.add(nfa.target(edge));
                }
            }
        }
        read.sort();
        int number = reads.number(read);
        if (number == fans.size()) {
            meter.work(256L * read.size(), this::mostVaried);
            fans.add(Fan.of(read.toArray(), nfa.sets()));
        }
        return fans.get(number);
    }

    /** The number of the set of what is reached, a new one if it has not been seen. */
    private int number() throws AutomatonTooLargeException {
        closures.of(reached, members);
        meter.work(1L + reached.size() + members.size(), this::mostVaried);
        int before = subsets.count();
        int number = subsets.number(members);
        if (number == before) {
            meter.state(members.size(), this::mostVaried);
        }
        return number;
    }

    /** A tag is to blame for as many states as it can be in by itself. */
    private List<Integer> mostVaried() {
        Map<Integer, Set<Integer>> varieties = new HashMap<>();
        Map<Integer, Integer> hashes = new HashMap<>();
        for (int subset = 0; subset < subsets.count(); subset++) {
            hashes.clear();
            for (int i = subsets.first(subset); i < subsets.first(subset + 1); i++) {
                int member = subsets.value(i);
                hashes.merge(nfa.owner(member), 31 + member, (old, one) -> 31 * old + one);
            }
            hashes.forEach(
                    (tag, hash) -> varieties.computeIfAbsent(tag, _ -> new HashSet<>()).add(hash));
        }
        Map<Integer, Integer> counts = new HashMap<>();
        varieties.forEach((tag, hashed) -> counts.put(tag, hashed.size()));
        return Blame.most(counts);
    }
}
