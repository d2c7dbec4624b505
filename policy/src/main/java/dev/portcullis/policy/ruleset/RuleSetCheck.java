// SPDX-License-Identifier: Apache-2.0
package dev.portcullis.policy.ruleset;

import java.util.Arrays;

/**
 * Tells whether the kernel can walk a rule set that came from elsewhere. The kernel masks its
 * indexes, so a bad cell could not make it read foreign memory; it could make it answer with
 * another rule set's verdict.
 */
final class RuleSetCheck {
    private final RuleSet rules;
    private final int[] cells;

    private RuleSetCheck(RuleSet rules, int[] cells) {
        this.rules = rules;
        this.cells = cells;
    }

    /**
     * @throws IllegalArgumentException if a class, a state or a rule is named that does not exist
     */
    static void check(RuleSet rules, int[] cells) {
        new RuleSetCheck(rules, cells).check();
    }

    private void check() {
        for (int value = 0; value < 256; value++) {
            int byteClass = (cells[value / 4] >>> 8 * (value % 4)) & 0xff;
            if (byteClass >= rules.classes()) {
                throw wrong("byte " + value + " is of class " + byteClass);
            }
        }
        checkStart(rules.starts().subject());
        Arrays.stream(rules.starts().states()).forEach(this::checkStart);
        Arrays.stream(rules.starts().unresolved()).forEach(this::checkVerdict);
        for (int row = RuleSet.CLASS_CELLS; row < cells.length; row += rules.rowCells()) {
            for (Lane lane : Lane.values()) {
                checkVerdict(cells[row + lane.ordinal()]);
            }
            for (int i = RuleSet.ROW_HEAD; i < rules.rowCells(); i++) {
                checkState(cells[row + i]);
            }
        }
    }

    private void checkStart(int state) {
        if (state != RuleSet.NO_START) {
            checkState(state);
        }
    }

    private void checkState(int state) {
        if (state < RuleSet.CLASS_CELLS
                || state >= cells.length
                || (state - RuleSet.CLASS_CELLS) % rules.rowCells() != 0) {
            throw wrong("no state begins at cell " + Integer.toUnsignedString(state));
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
