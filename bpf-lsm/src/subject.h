/* SPDX-License-Identifier: GPL-2.0-only OR Apache-2.0 */
/*
 * Who does it: the executable that a task runs, recorded at its exec and not looked
 * at again. A rule set knows subjects by class; a task remembers its class until it
 * executes something else or is judged by another rule set.
 */
#ifndef PORTCULLIS_SUBJECT_H
#define PORTCULLIS_SUBJECT_H

#include "automaton.h"
#include "rules.h"
#include "state.h"

/* Shorter than no subject that was recorded: the numbers below are no hashes. */
#define FIRST_HASH 3

/*
 * The word of the question in the scratch area that `at` is in, without what is before the
 * question.
 */
static __always_inline u64 question_word(const struct scratch *scratch, u32 at)
{
	u64 word = *(const u64 *)__builtin_assume_aligned(&scratch->text[at & (PATH_LIMIT - WORD)],
							  WORD);

	return at % WORD ? word & (~0ull << at % WORD * 8) : word;
}

/* FNV-1a by words: what the upper half of one has comes to the lower one by the shift. */
__noinline u64 text_hash(struct scratch *scratch)
{
	u64 hash = 0xcbf29ce484222325ull;
	u32 at;

	if (!scratch)
		return 0;
	at = scratch->begin;
	for (u32 i = 0; i < PATH_LIMIT / WORD; i++) {
		if (at >= PATH_LIMIT)
			break;
		hash = (hash ^ question_word(scratch, at)) * 0x100000001b3ull;
		hash ^= hash >> 32;
		at = (at & -WORD) + WORD;
	}
	return hash;
}

/* Whether what is remembered under an id is the path in the scratch area, as far as both go. */
__noinline int is_remembered_as(struct scratch *scratch, u64 id)
{
	struct subject *subject = bpf_map_lookup_elem(&subjects, &id);
	u32 different = 0, at;

	if (!subject || !scratch || subject->length != PATH_LIMIT - scratch->begin)
		return 0;
	at = scratch->begin;
	if (at < PATH_LIMIT - SUBJECT_LIMIT)
		at = PATH_LIMIT - SUBJECT_LIMIT;
	for (u32 i = 0; i < SUBJECT_LIMIT; i++) {
		if (at >= PATH_LIMIT)
			break;
		different |= scratch->text[at & (PATH_LIMIT - 1)] ^
			     subject->path[at & (SUBJECT_LIMIT - 1)];
		at++;
	}
	return !different;
}

/*
 * Writes the path in the scratch area down as a subject, and returns its id, or
 * SUBJECT_UNKNOWN. Somebody can look for a path with the hash of another's: the first
 * to come keeps it, and the other is unknown.
 */
static __always_inline u64 remember_subject(struct scratch *scratch)
{
	u64 id = text_hash(scratch);
	/* Built where the detail of events goes: it is too long for the stack. */
	struct subject *subject = (struct subject *)scratch->detail;

	if (id < FIRST_HASH)
		return SUBJECT_UNKNOWN;
	if (!bpf_map_lookup_elem(&subjects, &id)) {
		subject->length = PATH_LIMIT - scratch->begin;
		bpf_probe_read_kernel(subject->path, SUBJECT_LIMIT,
				      &scratch->text[PATH_LIMIT - SUBJECT_LIMIT]);
		bpf_map_update_elem(&subjects, &id, subject, BPF_NOEXIST);
	}
	if (is_remembered_as(scratch, id))
		return id;
	count(STATISTIC_SUBJECTS_FULL);
	return SUBJECT_UNKNOWN;
}

/* The class of a subject by its path. Overwrites the question in the scratch area. */
static __always_inline u32 look_up_class(struct scratch *scratch, const struct rule_set *rules,
					 u64 id)
{
	struct subject *subject = bpf_map_lookup_elem(&subjects, &id);
	u32 class;

	if (!subject || subject->length > SUBJECT_LIMIT)
		return rules->unknown;
	bpf_probe_read_kernel(&scratch->text[PATH_LIMIT - SUBJECT_LIMIT], SUBJECT_LIMIT,
			      subject->path);
	scratch->begin = PATH_LIMIT - subject->length;
	class = automaton_run(scratch, rules->subject, rules->first);
	return class < rules->classes ? class : rules->unknown;
}

/*
 * The class of the current task's subject in a rule set. Overwrites the question in
 * the scratch area.
 */
static __always_inline u32 current_class(struct scratch *scratch, const struct rule_set *rules)
{
	struct task_state *state;
	u64 key = *(u64 *)rules->id;
	u32 class;

	if (rules->subject == NO_START)
		return 0;
	state = current_state(false);
	if (!state || state->subject == SUBJECT_UNKNOWN)
		return rules->unknown;
	/* Class 0 is that of the subjects that no rule names. */
	if (state->subject == SUBJECT_OUTSIDE)
		return 0;
	if (state->class_rules == key)
		return state->class;
	class = look_up_class(scratch, rules, state->subject);
	state->class = class;
	state->class_rules = key;
	return class;
}

#endif
