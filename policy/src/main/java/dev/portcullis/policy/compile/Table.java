// SPDX-License-Identifier: Apache-2.0
package dev.portcullis.policy.compile;

import dev.portcullis.policy.ruleset.Cell;
import dev.portcullis.policy.ruleset.Lane;
import java.util.Arrays;
import java.util.Comparator;
import java.util.HashMap;
import java.util.Map;
import java.util.stream.IntStream;

/**
 * An automaton as the cells that {@link Cell} describes: byte classes, then verdicts, then states.
 * Verdicts lie before all states and so where no state's columns reach.
 */
final class Table {
    private static final int LANES = Lane.values().length;

    private final Finished automaton;
    private final Columns columns;
    private final Map<Integer, Integer> verdictsOfLabel = new HashMap<>();
    private final int[] cellOf;
    private final int[] cells;

    /** Lays out an automaton; the same one gives the same cells. */
    Table(Finished automaton) {
        this.automaton = automaton;
        columns = new Columns(automaton.dfa());
        for (int label : automaton.dfa().label()) {
            verdictsOfLabel.putIfAbsent(label, Cell.CLASS_CELLS + LANES * verdictsOfLabel.size());
        }
        int[] baseOf = Bases.of(columns);
        int[][] own = new int[columns.states()][];
        Arrays.parallelSetAll(own, state -> ownColumns(state, baseOf[state]));
        cellOf = new int[columns.states()];
        cells = new int[place(own)];
        writeClasses();
        writeVerdicts();
        for (int state = 0; state < own.length; state++) {
            writeState(state, baseOf[state], own[state]);
        }
    }

    int[] cells() {
        return cells;
    }

    /** Number of byte classes. */
    int classes() {
        return columns.classes().groups();
    }

    /** The cell that names a state. */
    int cellOf(int state) {
        return cellOf[state];
    }

    private int[] ownColumns(int state, int base) {
        return IntStream.range(0, columns.count())
                .filter(column ->
                        column == Cell.HEAD
                                || state == base
                                || columns.get(state, column) != columns.get(base, column))
                .toArray();
    }

    /** Finds a place for all states, the widest first; returns the size of the table. */
    private int place(int[][] own) {
        Comb comb = new Comb(Cell.CLASS_CELLS + LANES * verdictsOfLabel.size());
        int last = 0;
        int[] widestFirst =
                IntStream.range(0, own.length)
                        .boxed()
                        .sorted(Comparator.comparingInt(state -> -own[state].length))
                        .mapToInt(Integer::intValue)
                        .toArray();
        for (int state : widestFirst) {
            cellOf[state] = comb.place(own[state]);
            last = Math.max(last, cellOf[state]);
        }
        // The walk looks at all columns of the last state, also at those that it does not have.
        return own.length == 0 ? comb.size() : last + columns.count();
    }

    private void writeClasses() {
        for (int value = 0; value < 256; value++) {
            cells[value / 4] |= columns.classes().group(value) << 8 * (value % 4);
        }
    }

    private void writeVerdicts() {
        verdictsOfLabel.forEach((label, at) -> {
            for (int lane = 0; lane < LANES; lane++) {
                cells[at + lane] = automaton.verdicts().get(label, lane);
            }
        });
    }

    private void writeState(int state, int base, int[] own) {
        for (int column : own) {
            int target =
                    switch (column) {
                        case Cell.HEAD -> cellOf[base];
                        case Cell.END -> verdicts(columns.get(state, column));
                        default -> cellOf[columns.get(state, column)];
                    };
            cells[cellOf[state] + column] = Cell.of(column, target);
        }
    }

    private int verdicts(int label) {
        return verdictsOfLabel.getOrDefault(label, 0);
    }
}
