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

/* The bytes' classes, with which a table begins: in front of a multiple of CLASS_CELLS. */
static __always_inline const u8 *automaton_classes(const u32 *cells, u32 mask, u32 first)
{
	return (const u8 *)(cells + (first & mask & ~(CLASS_CELLS - 1)));
}

/* Bytes that are loaded at once. */
#define WORD sizeof(u64)

/*
 * So many words at a time: the verifier proves one stretch, and not as many as the
 * longest path has.
 */
#define STRETCH 4

/* Where a run is. */
struct run {
	const struct scratch *scratch;
	const u32 *cells;
	u32 first;
	u32 at; /* in the text, a multiple of WORD */
	u32 state;
};

/* Runs one stretch. Returns 1 when the text is at its end. */
static long run_stretch(u32 index, struct run *run)
{
	const struct scratch *scratch = run->scratch;
	const u32 *cells = run->cells;
	u32 mask = automaton_mask; /* once, not at every byte */
	u32 first = run->first, at = run->at, state = run->state;
	const u8 *class_of = automaton_classes(cells, mask, first);

	for (u32 i = 0; i < STRETCH && at < PATH_LIMIT; i++) {
		u64 word;

		/*
		 * So that the compiler knows nothing of `at` and keeps the mask: 6.1's
		 * verifier forgets a range that was checked after a spill.
		 */
		asm volatile("" : "+r"(at));
		word = *(const u64 *)__builtin_assume_aligned(
			&scratch->text[at & (PATH_LIMIT - WORD)], WORD);
#pragma unroll
		for (u32 byte = 0; byte < WORD; byte++) {
			state = automaton_follow(cells, mask, first, state,
						 COLUMN_FIRST_CLASS + class_of[word & 0xff]);
			word >>= 8;
		}
		at += WORD;
	}
	run->at = at;
	run->state = state;
	return at >= PATH_LIMIT;
}

/*
 * Where the bytes text[begin..PATH_LIMIT) lead from a start state of the table that
 * begins at cell `first`.
 *
 * A global function: the verifier proves it once, not at every call.
 */
__noinline u32 automaton_walk(struct scratch *scratch, u32 start, u32 first)
{
	u32 zero = 0, at, state = start;
	u32 mask = automaton_mask;
	u32 *cells = bpf_map_lookup_elem(&automaton, &zero);
	const u8 *class_of;

	if (!cells || !scratch)
		return start;
	class_of = automaton_classes(cells, mask, first);
	at = scratch->begin;
	/* The bytes in front of the first whole word. */
	for (u32 i = 1; i < WORD && at % WORD; i++) {
		asm volatile("" : "+r"(at));
		state = automaton_follow(cells, mask, first, state,
					 COLUMN_FIRST_CLASS +
						 class_of[scratch->text[at & (PATH_LIMIT - 1)]]);
		at++;
	}
	if (at < PATH_LIMIT) {
		struct run run = {
			.scratch = scratch,
			.cells = cells,
			.first = first,
			.at = at,
			.state = state,
		};

		bpf_loop(PATH_LIMIT / (STRETCH * WORD), run_stretch, &run, 0);
		state = run.state;
	}
	return state;
}

/* Where one more byte leads. */
static __always_inline u32 automaton_step(u32 state, u32 first, u8 byte)
{
	u32 zero = 0;
	u32 *cells = bpf_map_lookup_elem(&automaton, &zero);
	u32 mask = automaton_mask;

	if (!cells)
		return state;
	return automaton_follow(cells, mask, first, state,
				COLUMN_FIRST_CLASS + automaton_classes(cells, mask, first)[byte]);
}

/*
 * The verdicts of a state: of the enforce lane in the lower and of the audit lane in
 * the upper half.
 */
static __always_inline u64 automaton_verdicts(u32 state, u32 first)
{
	u32 zero = 0;
	u32 *cells = bpf_map_lookup_elem(&automaton, &zero);
	u32 mask = automaton_mask;
	u32 verdicts;

	if (!cells)
		return 0;
	verdicts = first + automaton_follow(cells, mask, first, state, COLUMN_END);
	return cells[(verdicts + LANE_ENFORCE) & mask] | (u64)cells[(verdicts + LANE_AUDIT) & mask]
								 << 32;
}

/* The verdicts on the question in the scratch area. */
static __always_inline u64 automaton_run(struct scratch *scratch, u32 start, u32 first)
{
	return automaton_verdicts(automaton_walk(scratch, start, first), first);
}

#endif
