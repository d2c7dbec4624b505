/* SPDX-License-Identifier: GPL-2.0-only OR Apache-2.0 */
/*
 * A file that gets another name. What rules refuse by the old name they must go on
 * refusing by the new one: a name that allows more would be a way around them.
 */
#ifndef PORTCULLIS_MOVE_H
#define PORTCULLIS_MOVE_H

#include "judge.h"

/* Whether a name is a directory's. */
static __always_inline bool is_directory(u64 dentry)
{
	u64 inode = read_address(dentry + bpf_core_field_offset(struct dentry, d_inode));
	u16 mode = 0;

	bpf_probe_read_kernel(&mode, sizeof(mode),
			      (void *)(inode + bpf_core_field_offset(struct inode, i_mode)));
	return (mode & S_IFMT) == S_IFDIR;
}

/* The verdicts of one kind on a path, for nobody to be told of yet. */
static __always_inline u64 look(struct scratch *scratch, const struct rule_set *rules, u32 class,
				u32 kind, u64 vfsmount, u64 dentry, int *resolved)
{
	*resolved = path_resolve(scratch, vfsmount, dentry);
	if (*resolved == PATH_KNOWN)
		return text_verdicts(scratch, rules, file_start(rules, class, kind, dentry));
	return *resolved == PATH_INTERNAL ? 0 : unresolved_verdicts(rules, class, kind);
}

/* What a lane refuses by the old name only. Moving it is no reason to kill: nothing was done yet. */
static __always_inline u32 lost_refusal(u32 old, u32 new)
{
	return old & VERDICT_REFUSE && !(new &VERDICT_REFUSE) ? old & ~VERDICT_KILL : 0;
}

/*
 * Judges whether a file may be known by another name of the same mount, as far as the
 * kind of question in `ask` goes. Returns JUDGED_* bits.
 */
__noinline int judge_move(u32 scope, u32 ask, u64 vfsmount, u64 old, u64 new)
{
	struct request request = {.scope = scope, .ask = ask};
	u32 kind = ASKED_KIND(ask);
	struct rule_set *rules;
	int resolved = 0, judged;
	struct scratch *scratch = begin_judging(scope, kind, &rules, &judged);
	u64 before, after, lost;
	u32 class;

	if (!scratch)
		return judged;
	class = current_class(scratch, rules);
	after = look(scratch, rules, class, kind, vfsmount, new, &resolved);
	/* Second, so that its path is the one that is told. */
	before = look(scratch, rules, class, kind, vfsmount, old, &resolved);
	lost = lost_refusal(before, after) | (u64)lost_refusal(before >> 32, after >> 32) << 32;
	if (lost)
		judged = conclude(scratch, &request, rules, lost, resolved != PATH_KNOWN);
	scratch_release(scratch);
	return judged;
}

/*
 * Judges whether a directory may be known by another name of the same mount. What lies
 * below it gets another path, and nobody looks at each: it may where everything below is
 * judged alike by both names (the same state of the automaton), or where the rules
 * refuse nothing below the old one (what they answer to that, a NUL asks; Subtree in
 * Java). Of the owners of what lies below nothing is known. Returns JUDGED_* bits.
 */
__noinline int judge_tree(u32 scope, u32 ask, u64 vfsmount, u64 old, u64 new)
{
	struct request request = {.scope = scope, .ask = ask};
	u32 kind = ASKED_KIND(ask);
	struct rule_set *rules;
	int judged;
	struct scratch *scratch = begin_judging(scope, kind, &rules, &judged);
	u32 start, before, after;
	u64 verdicts, lost;

	if (!scratch)
		return judged;
	start = start_of(rules, current_class(scratch, rules), false, kind);
	/* Where it cannot be told it is refused by either name. */
	if (start == NO_START || path_resolve(scratch, vfsmount, new) != PATH_KNOWN)
		goto out;
	after = automaton_walk(scratch, start, rules->first, PATH_LIMIT);
	after = automaton_step(after, rules->first, '/');
	/* Second, so that its path is the one that is told. */
	if (path_resolve(scratch, vfsmount, old) != PATH_KNOWN)
		goto out;
	before = automaton_walk(scratch, start, rules->first, PATH_LIMIT);
	before = automaton_step(before, rules->first, '/');
	if (before == after)
		goto out;
	before = automaton_step(before, rules->first, 0);
	verdicts = automaton_verdicts(before, rules->first);
	lost = lost_refusal(verdicts, 0) | (u64)lost_refusal(verdicts >> 32, 0) << 32;
	if (lost)
		judged = conclude(scratch, &request, rules, lost, false);
out:
	scratch_release(scratch);
	return judged;
}

/* Judges what lies below a directory by each kind of question. Returns JUDGED_* bits. */
static __always_inline u32 judge_trees(u32 scope, u32 operation, u32 judged, u64 vfsmount, u64 old,
				       u64 new)
{
	judged |= judge_tree(scope, ASK(KIND_READ, operation) | after(judged), vfsmount, old, new);
	if (judged & JUDGED_REFUSED)
		return judged;
	judged |= judge_tree(scope, ASK(KIND_WRITE, operation) | after(judged), vfsmount, old, new);
	if (judged & JUDGED_REFUSED)
		return judged;
	return judged |
	       judge_tree(scope, ASK(KIND_MAP, operation) | after(judged), vfsmount, old, new);
}

/* Whether what may be read or run by the one name may be by the other. Returns JUDGED_* bits. */
static __always_inline u32 judge_names(u32 scope, u32 operation, u32 judged, u64 vfsmount, u64 old,
				       u64 new)
{
	judged |= judge_move(scope, ASK(KIND_READ, operation) | after(judged), vfsmount, old, new);
	if (judged & JUDGED_REFUSED)
		return judged;
	/* As for mapping, of which a default does not speak: a default knows no file by its name. */
	return judged |
	       judge_move(scope, ASK(KIND_MAP, operation) | after(judged), vfsmount, old, new);
}

/* Judges a name and the one that the same file gets beside it or instead: both are written to. */
static __always_inline u32 write_names(u32 scope, u32 operation, u64 vfsmount, u64 old, u64 new)
{
	u32 judged = judge_path(scope, ASK(KIND_WRITE, operation), vfsmount, old);

	if (judged & JUDGED_REFUSED)
		return judged;
	return judged |
	       judge_path(scope, ASK(KIND_WRITE, operation) | after(judged), vfsmount, new);
}

#endif
