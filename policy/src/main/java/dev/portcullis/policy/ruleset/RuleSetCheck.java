// SPDX-License-Identifier: Apache-2.0
package dev.portcullis.policy.ruleset;

import java.util.ArrayDeque;
import java.util.Arrays;
import java.util.BitSet;

/**
 * Tells whether the kernel can walk a rule set that came from elsewhere. The kernel masks its
 * indexes, so a bad cell could not make it read foreign memory; it could make it answer with
 * another rule set's verdict. So every state that a question can lead to is looked at.
 */
final class RuleSetCheck {
    private final RuleSet rules;
    private final int[] cells;
    private final int columns;
    private final BitSet known = new BitSet();
    private final ArrayDeque<Integer> waiting = new ArrayDeque<>();

    private RuleSetCheck(RuleSet rules, int[] cells) {
        this.rules = rules;
        this.cells = cells;
        columns = Cell.columns(rules.classes());
    }

    /**
     * Looks at all that the kernel could.
     *
     * @throws IllegalArgumentException if a class, a state or a rule is named that does not exist
     */
    static void check(RuleSet rules, int[] cells) {
        new RuleSetCheck(rules, cells).check();
    }

    private void check() {
        for (int value = 0; value < 256; value++) {
            int byteClass = Cell.columnOf(cells, (byte) value) - Cell.FIRST_CLASS;
            if (byteClass >= rules.classes()) {
                throw wrong("byte " + value + " is of class " + byteClass);
            }
        }
        checkStart(rules.starts().subject());
        Arrays.stream(rules.starts().states()).forEach(this::checkStart);
        Arrays.stream(rules.starts().unresolved()).forEach(this::checkVerdict);
        while (!waiting.isEmpty()) {
            checkState(waiting.remove());
        }
    }

    private void checkStart(int state) {
        if (state != RuleSet.NO_START) {
            reach(state);
        }
    }

    /** A state that begins at a cell, to be looked at unless it has been. */
    private void reach(int state) {
        if (!isState(state)) {
            throw wrong("no state begins at cell " + Integer.toUnsignedString(state));
        }
        if (!known.get(state)) {
            known.set(state);
            waiting.add(state);
        }
    }

    private boolean isState(int cell) {
        return cell >= Cell.CLASS_CELLS
                && cell <= cells.length - columns
                && Cell.column(cells[cell]) == Cell.HEAD;
    }

    private void checkState(int state) {
        int base = Cell.target(cells[state]);
        if (base != state) {
            reach(base);
        }
        for (int column = Cell.END; column < columns; column++) {
            if (Cell.column(cells[state + column]) == column) {
                checkTarget(column, Cell.target(cells[state + column]));
            } else if (base == state) {
                throw wrong("the base at cell %d has no column %d".formatted(state, column));
            }
        }
        if (base != state && Cell.target(cells[base]) != base) {
            throw wrong("the base at cell %d has another base".formatted(base));
        }
    }

    private void checkTarget(int column, int target) {
        if (column != Cell.END) {
            reach(target);
            return;
        }
        int lanes = Lane.values().length;
        if (target < Cell.CLASS_CELLS || target > cells.length - lanes) {
            throw wrong("no verdicts at cell " + target);
        }
        for (int lane = 0; lane < lanes; lane++) {
            checkVerdict(cells[target + lane]);
        }
    }

    private void checkVerdict(int verdict) {
        if (verdict != Verdict.ALLOW && Verdict.rule(verdict) >= rules.rules().size()) {
            throw wrong("rule %d of %d".formatted(Verdict.rule(verdict), rules.rules().size()));
        }
    }

    private IllegalArgumentException wrong(String what) {
        return new IllegalArgumentException("rule set " + rules.id() + ": " + what);
    }
}
