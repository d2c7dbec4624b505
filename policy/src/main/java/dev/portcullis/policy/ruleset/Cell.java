// SPDX-License-Identifier: Apache-2.0
package dev.portcullis.policy.ruleset;

/**
 * The 32-bit cells of a rule set's table, in the form that the kernel walks ({@code
 * bpf-lsm/src/automaton.h}):
 *
 * <pre>
 *   cells 0 .. 63   class of each byte value, four to a cell, little endian: byte b is bits 8*(b%4) of cell b/4
 *   from cell 64    states and verdicts
 * </pre>
 *
 * A state has columns: {@link #HEAD}, {@link #END}, and one for each byte class from {@link
 * #FIRST_CLASS} on. It is named by the cell where its columns begin: column c is {@code cells[state
 * + c]}, and belongs to the state only if the cell's tag, its upper 9 bits, is c. The cells between
 * belong to other states, whose columns lie in the gaps like the teeth of combs. The lower 23 bits
 * are the cell's target:
 *
 * <ul>
 *   <li>of the head, which every state has: the state's base, a state that has all columns and is
 *       its own base. Where a state does not have a column itself, its base's counts.
 *   <li>of a class: the next state.
 *   <li>of the end: the verdicts if the question ends here, a cell for each {@link Lane}.
 * </ul>
 *
 * So a byte costs one look into the table, or three. All targets count from the table's first cell;
 * it can be put anywhere as it is.
 */
public final class Cell {
    /** Cells taken by the byte classes; the first state can begin here. */
    public static final int CLASS_CELLS = 64;

    /** Bits of a target; the tag is above them. */
    public static final int TARGET_BITS = 23;

    /** The most cells that a table can have. */
    public static final int MAX_CELLS = 1 << TARGET_BITS;

    /** The column that names the base. */
    public static final int HEAD = 0;

    /** The column for the end of the question. */
    public static final int END = 1;

    /** The column of byte class 0. */
    public static final int FIRST_CLASS = 2;

    private static final int TARGET_MASK = MAX_CELLS - 1;

    private Cell() {}

    /** The cell of a column. */
    public static int of(int column, int target) {
        return column << TARGET_BITS | target;
    }

    public static int column(int cell) {
        return cell >>> TARGET_BITS;
    }

    public static int target(int cell) {
        return cell & TARGET_MASK;
    }

    /** Columns of a state that has all of them. */
    public static int columns(int classes) {
        return FIRST_CLASS + classes;
    }

    /** The column that a byte is read in, in a table. */
    public static int columnOf(int[] cells, byte b) {
        int value = b & 0xff;
        return FIRST_CLASS + (cells[value / 4] >>> 8 * (value % 4) & 0xff);
    }

    /** Where a column of a state leads, its own or its base's. */
    public static int follow(int[] cells, int state, int column) {
        int cell = cells[state + column];
        if (column(cell) != column) {
            cell = cells[target(cells[state + HEAD]) + column];
        }
        return target(cell);
    }
}
