/* SPDX-License-Identifier: GPL-2.0-only OR Apache-2.0 */
/*
 * The one matching engine: a table-driven automaton over the bytes of a
 * question. Its cost grows with the question's length, never with the number of
 * rules. The table's form is documented at RuleSet in Java.
 */
#ifndef PORTCULLIS_AUTOMATON_H
#define PORTCULLIS_AUTOMATON_H

#include "scratch.h"

/*
 * Runs the bytes text[begin..PATH_LIMIT) from a start state. Returns the verdict
 * of the enforce lane in the lower and of the audit lane in the upper half.
 *
 * A global function: the verifier proves it once, not at every call.
 */
__noinline u64 automaton_run(struct scratch *scratch, u32 start, u32 classes)
{
	u32 zero = 0;
	u32 *cells = bpf_map_lookup_elem(&automaton, &zero);
	u32 state = start;

	if (!cells || !scratch)
		return 0;
	u8 *class_of = (u8 *)cells;
	u32 class_at = classes * sizeof(*cells);
	u32 at = scratch->begin;

	for (u32 i = 0; i < PATH_LIMIT; i++) {
		if (at >= PATH_LIMIT)
			break;
		u32 byte = scratch->text[at & (PATH_LIMIT - 1)];
		u32 class = class_of[(class_at + byte) & (automaton_mask << 2 | 3)];

		state = cells[(state + ROW_HEAD + class) & automaton_mask];
		at++;
	}
	return cells[state & automaton_mask] | (u64)cells[(state + LANE_AUDIT) & automaton_mask]
						       << 32;
}

#endif
