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
	u32 end; /* so many bytes on there may be less than a word */
	u32 state;
};

/* Runs one stretch. Returns 1 when no word is left. */
static long run_stretch(u32 index, struct run *run)
{
	const struct scratch *scratch = run->scratch;
	const u32 *cells = run->cells;
	u32 mask = automaton_mask; /* once, not at every byte */
	u32 first = run->first, at = run->at, last = run->end - WORD, state = run->state;
	const u8 *class_of = automaton_classes(cells, mask, first);

	for (u32 i = 0; i < STRETCH && at <= last; i++) {
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
	return at > last;
}

/* Runs the bytes up to the next whole word, or to the end. */
static __always_inline void run_bytes(struct run *run)
{
	u32 mask = automaton_mask;
	u32 first = run->first, at = run->at, end = run->end, state = run->state;
	const u8 *class_of = automaton_classes(run->cells, mask, first);

	for (u32 i = 0; i < WORD && at < end; i++) {
		asm volatile("" : "+r"(at));
		state = automaton_follow(
			run->cells, mask, first, state,
			COLUMN_FIRST_CLASS + class_of[run->scratch->text[at & (PATH_LIMIT - 1)]]);
		at++;
		if (at % WORD == 0)
			break;
	}
	run->at = at;
	run->state = state;
}

/*
 * Where the bytes text[begin..end) lead from a start state of the table that begins at
 * cell `first`; `end` is at most PATH_LIMIT.
 *
 * A global function: the verifier proves it once, not at every call.
 */
__noinline u32 automaton_walk(struct scratch *scratch, u32 start, u32 first, u32 end)
{
	u32 zero = 0;
	u32 *cells = bpf_map_lookup_elem(&automaton, &zero);
	struct run run = {
		.scratch = scratch, .cells = cells, .first = first, .end = end, .state = start};

	if (!cells || !scratch)
		return start;
	run.at = scratch->begin;
	if (run.at % WORD)
		run_bytes(&run);
	if (run.at + WORD <= end)
		bpf_loop(PATH_LIMIT / (STRETCH * WORD), run_stretch, &run, 0);
	run_bytes(&run);
	return run.state;
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
	return automaton_verdicts(automaton_walk(scratch, start, first, PATH_LIMIT), first);
}

#endif
