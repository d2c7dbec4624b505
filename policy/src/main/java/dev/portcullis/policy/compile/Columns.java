// SPDX-License-Identifier: Apache-2.0
package dev.portcullis.policy.compile;

import dev.portcullis.policy.automaton.Canonical;
import dev.portcullis.policy.automaton.Dfa;
import dev.portcullis.policy.automaton.Split;
import dev.portcullis.policy.ruleset.Cell;
import java.util.Arrays;
import java.util.HashMap;
import java.util.Map;

/** A canonical automaton's states as rows of columns, as {@link Cell} describes them. */
final class Columns {
    private final Dfa dfa;
    private final Split classes;

    /** Group by class, of the splits that states have. */
    private final Map<Split, int[]> groups = new HashMap<>();

    private final int[][] groupsOfState;

    Columns(Dfa dfa) {
        this.dfa = dfa;
        classes = Canonical.classes(dfa);
        groupsOfState = new int[dfa.states()][];
        for (int state = 0; state < groupsOfState.length; state++) {
            groupsOfState[state] =
                    groups.computeIfAbsent(dfa.rows().split(state), this::groupByClass);
        }
    }

    private int[] groupByClass(Split split) {
        int[] group = new int[classes.groups()];
        Arrays.setAll(group, c -> split.group(classes.smallest(c)));
        return group;
    }

    int states() {
        return groupsOfState.length;
    }

    Split classes() {
        return classes;
    }

    /** How many columns there are. */
    int count() {
        return Cell.columns(classes.groups());
    }

    /** What stands in a column other than the head: a label at the end, else a state. */
    int get(int state, int column) {
        return column == Cell.END
                ? dfa.label()[state]
                : dfa.rows().target(state, groupsOfState[state][column - Cell.FIRST_CLASS]);
    }

    /**
     * In how many columns two states differ, heads apart.
     *
     * @param limit where to stop counting
     */
    int differences(int one, int other, int limit) {
        int count = 0;
        for (int column = Cell.END; column < count() && count < limit; column++) {
            if (get(one, column) != get(other, column)) {
                count++;
            }
        }
        return count;
    }

    /** The state that most classes lead to, the first of several. */
    int mostFrequent(int state) {
        int[] classesOfGroup = new int[dfa.rows().split(state).groups()];
        for (int group : groupsOfState[state]) {
            classesOfGroup[group]++;
        }
        int most = 0;
        for (int group = 1; group < classesOfGroup.length; group++) {
            if (classesOfGroup[group] > classesOfGroup[most]) {
                most = group;
            }
        }
        return dfa.rows().target(state, most);
    }
}
