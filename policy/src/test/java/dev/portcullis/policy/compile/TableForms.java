// SPDX-License-Identifier: Apache-2.0
package dev.portcullis.policy.compile;

import dev.portcullis.policy.PolicyException;
import dev.portcullis.policy.SourcedPolicy;
import dev.portcullis.policy.automaton.AutomatonTooLargeException;
import dev.portcullis.policy.ruleset.Cell;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.IntUnaryOperator;

/** Sizes of the tables that could have been, for docs/decisions/0010. */
public final class TableForms {
    private static final int CELL = 4;

    private final Columns columns;
    private final int[] baseOf;

    private TableForms(Finished automaton) {
        columns = new Columns(automaton.dfa());
        baseOf = Bases.of(columns);
    }

    /** Bytes by form of table, of one rule set of all the policies; all but the byte classes. */
    public static Map<String, Long> of(List<SourcedPolicy> policies)
            throws PolicyException, AutomatonTooLargeException {
        return new TableForms(
                        RuleSetCompiler.automaton(
                                Questions.of(Entries.of(policies)), RuleSetCompiler.DEFAULT_BUDGET))
                .sizes();
    }

    private Map<String, Long> sizes() {
        int row = columns.count();
        Map<String, Long> sizes = new LinkedHashMap<>();
        sizes.put("full_rows", (long) CELL * columns.states() * row);
        // a default in the head, a bit a class, then the successors that differ
        int bitmap = (row + 31) / 32;
        sizes.put("default_and_bitmap", sum(state -> CELL * (1 + bitmap + toLost(state))));
        // a check beside each successor, and a head of base and default
        sizes.put("default_and_comb", sum(state -> CELL * (2 + 2 * toLost(state))));
        sizes.put("base_and_bitmap", sum(state -> CELL * (1 + bitmap + toBase(state))));
        sizes.put("base_and_comb", sum(state -> CELL * (1 + toBase(state))));
        // a row of one own successor has it in the next cell and needs no more than its head
        sizes.put(
                "base_comb_and_chains",
                sum(state -> CELL * (toBase(state) == 1 ? 1 : 1 + toBase(state))));
        return sizes;
    }

    private long sum(IntUnaryOperator bytesOfState) {
        long sum = 0;
        for (int state = 0; state < columns.states(); state++) {
            sum += bytesOfState.applyAsInt(state);
        }
        return sum;
    }

    /** Columns that a state has itself, beside its head. */
    private int toBase(int state) {
        return baseOf[state] == state
                ? columns.count() - 1
                : columns.differences(state, baseOf[state], columns.count());
    }

    /** Columns that do not lead where most do. */
    private int toLost(int state) {
        int lost = columns.mostFrequent(state);
        int count = 1;
        for (int column = Cell.FIRST_CLASS; column < columns.count(); column++) {
            if (columns.get(state, column) != lost) {
                count++;
            }
        }
        return count;
    }
}
