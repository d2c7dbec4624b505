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
 */
public final class Determinizer {
    private final Nfa nfa;
    private final AutomatonBudget budget;
    private final int[] classOf;
    private final int classes;
    private final int[][] classesOfSet;
    private final Map<Subset, Integer> numbers = new HashMap<>();
    private final List<int[]> subsets = new ArrayList<>();
    private final int[] seenAt;
    private final IntList stack = new IntList();
    private int stamp;
    private long subsetInts;

    private Determinizer(Nfa nfa, AutomatonBudget budget) {
        this.nfa = nfa;
        this.budget = budget;
        classOf = ByteClasses.of(nfa.sets());
        classes = ByteClasses.count(classOf);
        int[] bytes = ByteClasses.representatives(classOf);
        classesOfSet = new int[nfa.sets().size()][];
        for (int set = 0; set < classesOfSet.length; set++) {
            ByteSet members = nfa.sets().get(set);
            IntList inside = new IntList();
            for (int c = 0; c < classes; c++) {
                if (members.contains(bytes[c])) {
                    inside.add(c);
                }
            }
            classesOfSet[set] = inside.toArray();
        }
        seenAt = new int[nfa.states()];
    }

    /**
     * Makes the automaton deterministic.
     *
     * @param labelOf the label of a state, from the ascending tags that it accepts
     * @throws AutomatonTooLargeException if the result or the sets grow over the budget
     */
    public static Dfa run(Nfa nfa, ToIntFunction<int[]> labelOf, AutomatonBudget budget)
            throws AutomatonTooLargeException {
        return new Determinizer(nfa, budget).run(labelOf);
    }

    private Dfa run(ToIntFunction<int[]> labelOf) throws AutomatonTooLargeException {
        IntList next = new IntList();
        IntList[] targets = new IntList[classes];
        Arrays.setAll(targets, c -> new IntList());
        IntList start = new IntList();
        start.add(Nfa.START);
        number(start);
        for (int state = 0; state < subsets.size(); state++) {
            for (IntList list : targets) {
                list.clear();
            }
            for (int member : subsets.get(state)) {
                for (int edge = nfa.firstEdge(member); edge >= 0; edge = nfa.nextEdge(edge)) {
                    if (!nfa.isEpsilon(edge)) {
                        for (int c : classesOfSet[nfa.setOf(edge)]) {
                            targets[c].add(nfa.target(edge));
                        }
                    }
                }
            }
            for (IntList list : targets) {
                next.add(number(list));
            }
        }
        int[] label = new int[subsets.size()];
        for (int state = 0; state < label.length; state++) {
            label[state] = labelOf.applyAsInt(tags(subsets.get(state)));
        }
        return new Dfa(classOf, classes, next.toArray(), label, new int[] {0});
    }

    private int number(IntList from) throws AutomatonTooLargeException {
        int[] members = closure(from);
        Subset subset = new Subset(members, Arrays.hashCode(members));
        Integer known = numbers.get(subset);
        if (known != null) {
            return known;
        }
        subsetInts += members.length;
        if (subsets.size() >= budget.states()
                || (long) (subsets.size() + 1) * classes > budget.cells()
                || subsetInts > budget.cells()) {
            throw new AutomatonTooLargeException(
                    "more than " + subsets.size() + " states", mostVaried());
        }
        numbers.put(subset, subsets.size());
        subsets.add(members);
        return subsets.size() - 1;
    }

    private int[] closure(IntList from) {
        stamp++;
        stack.clear();
        for (int i = 0; i < from.size(); i++) {
            push(from.get(i));
        }
        IntList kept = new IntList();
        for (int top = 0; top < stack.size(); top++) {
            int member = stack.get(top);
            boolean matters = nfa.acceptTag(member) >= 0;
            for (int edge = nfa.firstEdge(member); edge >= 0; edge = nfa.nextEdge(edge)) {
                if (nfa.isEpsilon(edge)) {
                    push(nfa.target(edge));
                } else {
                    matters = true;
                }
            }
            if (matters) {
                kept.add(member);
            }
        }
        return kept.sorted();
    }

    private void push(int member) {
        if (seenAt[member] != stamp) {
            seenAt[member] = stamp;
            stack.add(member);
        }
    }

    private int[] tags(int[] members) {
        return Arrays.stream(members)
                .map(nfa::acceptTag)
                .filter(tag -> tag >= 0)
                .sorted()
                .distinct()
                .toArray();
    }

    /** A tag is to blame for as many states as it can be in by itself. */
    private List<Integer> mostVaried() {
        Map<Integer, Set<Integer>> varieties = new HashMap<>();
        Map<Integer, Integer> hashes = new HashMap<>();
        for (int[] members : subsets) {
            hashes.clear();
            for (int member : members) {
                hashes.merge(nfa.owner(member), 31 + member, (old, one) -> 31 * old + one);
            }
            hashes.forEach(
                    (tag, hash) -> varieties.computeIfAbsent(tag, _ -> new HashSet<>()).add(hash));
        }
        Map<Integer, Integer> counts = new HashMap<>();
        varieties.forEach((tag, hashed) -> counts.put(tag, hashed.size()));
        return Blame.most(counts);
    }

    private static final class Subset {
        private final int[] members;
        private final int hash;

        Subset(int[] members, int hash) {
            this.members = members;
            this.hash = hash;
        }

        @Override
        public int hashCode() {
            return hash;
        }

        @Override
        public boolean equals(Object other) {
            return other instanceof Subset that
                    && hash == that.hash
                    && Arrays.equals(members, that.members);
        }
    }
}
