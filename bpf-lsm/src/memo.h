/* SPDX-License-Identifier: GPL-2.0-only OR Apache-2.0 */
/*
 * Where the automaton stood behind the path of a directory, so that of a file in it
 * only the name has to be read. It can only tell that nothing is to be said of a file:
 * whatever is refused or reported has been judged by its whole path.
 *
 * Nothing has to be told of what changes. A memo counts only as long as none of these
 * can have happened anywhere: a rename or a mount, by the kernel's own sequence counts;
 * and a directory's dentry being freed and another put where it was, by RCU's counts:
 * a dentry is freed a grace period after the last that could have found it, on newer
 * kernels an expedited one where that ends sooner. So no address in a memo is another's
 * than when it was written. (Where a read sees an old count it sees the old addresses
 * too: the open that is judged came after.)
 */
#ifndef PORTCULLIS_MEMO_H
#define PORTCULLIS_MEMO_H

#include "automaton.h"
#include "path.h"
#include "rules.h"

#define MEMOS_BITS 10

/* Keeps the compiler from moving what is before it behind it, and the other way round. */
#define barrier() asm volatile("" ::: "memory")

struct memo {
	u32 version; /* odd while it is written */
	u32 state; /* behind the directory's path and a slash */
	u32 start; /* where that began */
	u32 padding;
	u64 rules; /* the rule set's id begins so */
	u64 directory; /* addresses */
	u64 mount;
	u64 namespace; /* the task's, in which that mount is */
	u64 sequence;
	u64 grace;
	u64 expedited;
};

/* Not pinned. Each place belongs to whoever wrote to it last. */
struct {
	__uint(type, BPF_MAP_TYPE_ARRAY);
	__uint(max_entries, 1 << MEMOS_BITS);
	__type(key, u32);
	__type(value, struct memo);
} memos SEC(".maps");

/* Each counts the grace periods that are over, above two bits that say whether one is going on. */
struct rcu_state {
	unsigned long gp_seq;
	unsigned long expedited_sequence;
} CORE;

/* What callbacks of RCU wait for. Newer kernels have pairs of both counts there. */
struct rcu_segcblist {
	unsigned long gp_seq[4];
} CORE;

extern const void rcu_state __ksym __weak;
#define GRACE_SHIFT 2

/* A constant at load. */
static __always_inline bool memos_can_be_kept(void)
{
	return &rename_lock && &mount_lock && &rcu_state;
}

static __always_inline u64 grace_periods(void)
{
	return read_address(address_of(&rcu_state) +
			    bpf_core_field_offset(struct rcu_state, gp_seq));
}

/* Whether expedited ones free memory sooner; a constant at load. */
static __always_inline bool expedited_ones_free(void)
{
	return !bpf_core_field_exists(struct rcu_segcblist, gp_seq);
}

static __always_inline u64 expedited_grace_periods(void)
{
	return read_address(address_of(&rcu_state) +
			    bpf_core_field_offset(struct rcu_state, expedited_sequence));
}

/* What was freed since `then` can have been used again only after the period that began later. */
static __always_inline bool outlived(u64 then, u64 now)
{
	u64 over = (now >> GRACE_SHIFT) - (then >> GRACE_SHIFT);

	return over > !!(then & ((1 << GRACE_SHIFT) - 1));
}

/* A question about the file with a dentry in a directory, while a judgement lasts. */
struct lookup {
	struct memo wanted; /* all but its state */
	u32 name; /* bytes of the file's name; 0 where there can be no memo */
	u32 place; /* among the memos */
};

static __always_inline u32 memo_place(const struct memo *memo)
{
	u64 hash = ((memo->directory ^ memo->mount) >> 6) + memo->start;

	return hash * 0x9e3779b97f4a7c15ull >> (64 - MEMOS_BITS);
}

/*
 * The state behind a file's directory, or NO_START. Leaves the file's name where paths
 * end.
 */
static __always_inline u32 memo_find(struct scratch *scratch, struct lookup *lookup,
				     const struct rule_set *rules, u32 start, u64 vfsmount,
				     u64 dentry)
{
	struct dentry_links links;
	struct memo *wanted = &lookup->wanted, *memo;
	u32 version, state;

	wanted->sequence = sequence();
	wanted->grace = grace_periods();
	wanted->expedited = expedited_ones_free() ? expedited_grace_periods() : 0;
	if (wanted->sequence & (1ull << 32 | 1))
		return NO_START;
	if (bpf_probe_read_kernel(
		    &links, sizeof(links),
		    (void *)(dentry + bpf_core_field_offset(struct dentry, d_parent))))
		return NO_START;
	/* A root, or what never was in a directory. */
	if (links.parent == dentry)
		return NO_START;
	scratch->begin = PATH_LIMIT;
	if (prepend(scratch, &links, 0))
		return NO_START;
	wanted->rules = *(u64 *)rules->id;
	wanted->start = start;
	wanted->directory = links.parent;
	wanted->mount = vfsmount;
	wanted->namespace = address_of(bpf_get_current_task_btf()->nsproxy->mnt_ns);
	lookup->name = PATH_LIMIT - scratch->begin;
	lookup->place = memo_place(wanted);
	memo = bpf_map_lookup_elem(&memos, &lookup->place);
	if (!memo)
		return NO_START;
	version = *(volatile u32 *)&memo->version;
	barrier(); /* x86 keeps loads in their order */
	state = memo->state;
	if (memo->directory != wanted->directory || memo->mount != wanted->mount ||
	    memo->namespace != wanted->namespace || memo->sequence != wanted->sequence ||
	    memo->start != start || memo->rules != wanted->rules ||
	    outlived(memo->grace, wanted->grace) ||
	    (expedited_ones_free() && outlived(memo->expedited, wanted->expedited)))
		return NO_START;
	barrier();
	if (version & 1 || *(volatile u32 *)&memo->version != version)
		return NO_START;
	/* Else the name could be one that was just being exchanged. */
	return renames() == (u32)wanted->sequence ? state : NO_START;
}

/* Writes down the state behind a file's directory, whose path was found since the lookup began. */
static __always_inline void memo_keep(const struct lookup *lookup, u32 state)
{
	const struct memo *wanted = &lookup->wanted;
	struct memo *memo = bpf_map_lookup_elem(&memos, &lookup->place);
	u32 version;

	if (!memo)
		return;
	version = *(volatile u32 *)&memo->version;
	/* Somebody else is at it: theirs may stay. */
	if (version & 1 ||
	    __sync_val_compare_and_swap(&memo->version, version, version + 1) != version)
		return;
	memo->state = state;
	memo->start = wanted->start;
	memo->rules = wanted->rules;
	memo->directory = wanted->directory;
	memo->mount = wanted->mount;
	memo->namespace = wanted->namespace;
	memo->sequence = wanted->sequence;
	memo->grace = wanted->grace;
	memo->expedited = wanted->expedited;
	__sync_fetch_and_add(&memo->version, 1);
}

/*
 * The verdicts on a path that was just found, from a start state; the state behind its
 * directory is written down if that path is the lookup's.
 */
static __always_inline u64 memo_run(struct scratch *scratch, const struct lookup *lookup,
				    const struct rule_set *rules, u32 start, u64 dentry)
{
	u32 begin = scratch->begin, name = PATH_LIMIT - lookup->name;
	u64 vfsmount = lookup->wanted.mount, verdicts;
	u32 state;

	/* The path of a mount's root does not end in the name of its dentry. */
	if (begin >= name || sequence() != lookup->wanted.sequence ||
	    read_address(vfsmount + bpf_core_field_offset(struct vfsmount, mnt_root)) == dentry)
		return automaton_run(scratch, start, rules->first);
	state = automaton_walk(scratch, start, rules->first, name);
	memo_keep(lookup, state);
	scratch->begin = name;
	verdicts = automaton_run(scratch, state, rules->first);
	scratch->begin = begin;
	return verdicts;
}

#endif
