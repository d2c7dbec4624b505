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

/* Which bytes of the word at `at` belong to a text that begins at `begin` and ends behind it. */
static __always_inline u64 bytes_of(u32 at, u32 begin)
{
	if (at >= begin)
		return ~0ull;
	return at + WORD > begin ? ~0ull << ((begin - at) * 8 & 63) : 0;
}

static __always_inline u64 word_at(const u8 *text)
{
	return *(const u64 *)__builtin_assume_aligned(text, WORD);
}

/*
 * Of the question in the scratch area: FNV-1a by words, from the last to the first. What
 * the upper half of a word has comes to the lower one by the shift.
 */
__noinline u64 text_hash(struct scratch *scratch)
{
	u64 hash = 0xcbf29ce484222325ull;

	if (!scratch)
		return 0;
	for (u32 at = PATH_LIMIT; at >= WORD; at -= WORD) {
		u64 bytes = bytes_of(at - WORD, scratch->begin);

		if (!bytes)
			break;
		hash = (hash ^ (word_at(&scratch->text[at - WORD]) & bytes)) * 0x100000001b3ull;
		hash ^= hash >> 32;
	}
	return hash;
}

/* Whether what is remembered under an id is the path in the scratch area, as far as both go. */
__noinline int is_remembered_as(struct scratch *scratch, u64 id)
{
	struct subject *subject = bpf_map_lookup_elem(&subjects, &id);
	u64 different = 0;

	if (!subject || !scratch || subject->length != PATH_LIMIT - scratch->begin)
		return 0;
	for (u32 at = SUBJECT_LIMIT; at >= WORD; at -= WORD) {
		u32 in_text = at - WORD + PATH_LIMIT - SUBJECT_LIMIT;
		u64 bytes = bytes_of(in_text, scratch->begin);

		if (!bytes)
			break;
		different |=
			(word_at(&scratch->text[in_text]) ^ word_at(&subject->path[at - WORD])) &
			bytes;
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
