/* SPDX-License-Identifier: GPL-2.0-only OR Apache-2.0 */
/*
 * The one matching engine: a table-driven automaton over the bytes of a
 * question. Its cost grows with the question's length, never with the number of
 * rules. The table's form is documented at Cell in Java.
 */
#ifndef PORTCULLIS_AUTOMATON_H
#define PORTCULLIS_AUTOMATON_H

#include "scratch.h"

/*
 * Where a column of a state leads. All are cells of the table, but for `first`: the
 * table's first cell in the map. Every index is masked: no bad cell reads foreign
 * memory.
 */
static __always_inline u32 automaton_follow(const u32 *cells, u32 mask, u32 first, u32 state,
					    u32 column)
{
	u32 cell = cells[(first + state + column) & mask];

	if (cell >> CELL_TARGET_BITS != column) {
		/* Another state's cell, in a gap of this one's: as in its base. */
		state = cells[(first + state) & mask];
		cell = cells[(first + state + column) & mask];
	}
	return cell & CELL_TARGET_MASK;
}

/*
 * Runs the bytes text[begin..PATH_LIMIT) from a start state of the table that begins
 * at cell `first`. Returns the verdict of the enforce lane in the lower and of the
 * audit lane in the upper half.
 *
 * A global function: the verifier proves it once, not at every call.
 */
__noinline u64 automaton_run(struct scratch *scratch, u32 start, u32 first)
{
	u32 zero = 0;
	u32 *cells = bpf_map_lookup_elem(&automaton, &zero);
	u32 state = start;

	if (!cells || !scratch)
		return 0;
	u8 *class_of = (u8 *)cells;
	u32 mask = automaton_mask; /* once, not at every byte */
	u32 class_at = first * sizeof(*cells);
	u32 at = scratch->begin;

	for (u32 i = 0; i < PATH_LIMIT; i++) {
		if (at >= PATH_LIMIT)
			break;
		/*
		 * So that the compiler knows nothing of `at` and keeps the mask: 6.1's
		 * verifier forgets a range that was checked after a spill.
		 */
		asm volatile("" : "+r"(at));
		u32 byte = scratch->text[at & (PATH_LIMIT - 1)];
		u32 class = class_of[(class_at + byte) & (mask << 2 | 3)];

		state = automaton_follow(cells, mask, first, state, COLUMN_FIRST_CLASS + class);
		at++;
	}
	u32 verdicts = first + automaton_follow(cells, mask, first, state, COLUMN_END);

	return cells[(verdicts + LANE_ENFORCE) & mask] | (u64)cells[(verdicts + LANE_AUDIT) & mask]
								 << 32;
}

#endif
