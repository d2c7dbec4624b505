/* SPDX-License-Identifier: GPL-2.0-only OR Apache-2.0 */
/*
 * Which path a file has: from the root of its mount namespace, by its dentries
 * and mounts. Not bpf_d_path, which begins at the task's root directory (a
 * chroot forges it), does not tell a detached tree from the real one, and is not
 * allowed on the path hooks of 6.1. docs/decisions/0002 has the figures.
 */
#ifndef PORTCULLIS_PATH_H
#define PORTCULLIS_PATH_H

#include "scratch.h"

enum path_class {
	/* text[begin..] holds the path */
	PATH_KNOWN,
	/* The kernel's own file (a pipe, a layer of an overlay): not judged. */
	PATH_INTERNAL,
	/* No path from the root of this mount namespace, or one too long. */
	PATH_UNRESOLVED,
};

/* Components and mount crossings that the walk takes before it gives up. */
#define WALK_LIMIT 1024
/* How often it begins anew when something was renamed or mounted meanwhile. */
#define WALK_TRIES 8

/*
 * The sequence counts under which the kernel itself walks. They are seqlock_t,
 * whose count is the first member.
 */
extern const void rename_lock __ksym __weak;
extern const void mount_lock __ksym __weak;

static __always_inline u32 renames(void)
{
	u32 count = 0;

	if (&rename_lock)
		bpf_probe_read_kernel(&count, sizeof(count), &rename_lock);
	return count;
}

/* Of renames in the lower half, of mounts in the upper. */
static __always_inline u64 sequence(void)
{
	u32 mounts = 0;

	if (&mount_lock)
		bpf_probe_read_kernel(&mounts, sizeof(mounts), &mount_lock);
	return (u64)mounts << 32 | renames();
}

/* Whether this kernel has the members side by side that are read at once; a constant at load. */
static __always_inline bool links_adjacent(void)
{
	u32 mount = bpf_core_field_offset(struct mount, mnt_parent);
	u32 dentry = bpf_core_field_offset(struct dentry, d_parent);

	return bpf_core_field_offset(struct mount, mnt_mountpoint) == mount + 8 &&
	       bpf_core_field_offset(struct mount, mnt.mnt_root) == mount + 16 &&
	       bpf_core_field_offset(struct dentry, d_name.hash_len) == dentry + 8 &&
	       bpf_core_field_offset(struct dentry, d_name.name) == dentry + 16;
}

static __always_inline int read_mount(struct walk *walk)
{
	return bpf_probe_read_kernel(
		&walk->links, sizeof(walk->links),
		(void *)(walk->mount + bpf_core_field_offset(struct mount, mnt_parent)));
}

/* Writes a name in front of the text; `slash` says whether one stands before it. */
static __always_inline int prepend(struct scratch *scratch, const struct dentry_links *dentry,
				   u32 slash)
{
	u32 length = dentry->hash_len >> 32;
	u32 at = scratch->begin;

	/* At least one byte stays free, so that a length always fits its mask. */
	if (length > NAME_LIMIT || length + slash >= at)
		return -1;
	at -= length;
	if (bpf_probe_read_kernel(&scratch->text[at & (PATH_LIMIT - 1)], length & NAME_LIMIT,
				  (void *)dentry->name))
		return -1;
	if (slash) {
		at--;
		scratch->text[at & (PATH_LIMIT - 1)] = '/';
	}
	scratch->begin = at;
	return 0;
}

/* At the top of a tree: says whether it is the tree of the task's namespace. */
static __always_inline u32 classify_top(struct walk *walk, u64 task_namespace)
{
	u64 namespace = read_address(walk->mount + bpf_core_field_offset(struct mount, mnt_ns));

	if (namespace == task_namespace)
		return PATH_KNOWN;
	/* MNT_NS_INTERNAL is an error pointer; NULL is a detached tree. */
	if (namespace >= (u64)-MAX_ERRNO)
		return PATH_INTERNAL;
	return PATH_UNRESOLVED;
}

/* One step towards the root. Returns 1 when the walk is over. */
static long walk_step(u32 index, struct scratch **context)
{
	struct scratch *scratch = *context;
	struct walk *walk = &scratch->walk;
	struct dentry_links dentry = {};

	if (walk->dentry == walk->links.root) {
		if (walk->links.parent == walk->mount) {
			walk->result = PATH_KNOWN;
			return 1;
		}
		walk->dentry = walk->links.mountpoint;
		walk->mount = walk->links.parent;
		return read_mount(walk) ? 1 : 0;
	}
	if (bpf_probe_read_kernel(
		    &dentry, sizeof(dentry),
		    (void *)(walk->dentry + bpf_core_field_offset(struct dentry, d_parent))))
		return 1;
	if (dentry.parent == walk->dentry) {
		/*
		 * A root that is no mount's root. With nothing beneath it, it is
		 * a file that was never in a directory: memfd:NAME, a pipe.
		 */
		if (scratch->begin == PATH_LIMIT && !prepend(scratch, &dentry, 0))
			walk->result = PATH_INTERNAL;
		return 1;
	}
	if (prepend(scratch, &dentry, 1))
		return 1;
	walk->dentry = dentry.parent;
	return 0;
}

/* Of the files that never were in a directory, only memfds have names to speak of. */
static __always_inline bool is_memfd(struct scratch *scratch)
{
	u8 *name = &scratch->text[scratch->begin & (PATH_LIMIT - 1)];

	return name[0] == 'm' && name[1] == 'e' && name[2] == 'm' && name[3] == 'f' &&
	       name[4] == 'd' && name[5] == ':';
}

/*
 * One walk, without a look at whether anything moved meanwhile. A global
 * function: the verifier proves it once, not once a try.
 */
__noinline int walk_once(struct scratch *scratch, u64 vfsmount, u64 dentry)
{
	struct task_struct *task = bpf_get_current_task_btf();
	struct scratch *context = scratch;
	u32 top;

	if (!scratch || !links_adjacent())
		return PATH_UNRESOLVED;
	scratch->walk.mount = vfsmount - bpf_core_field_offset(struct mount, mnt);
	scratch->walk.dentry = dentry;
	scratch->walk.result = PATH_UNRESOLVED;
	scratch->begin = PATH_LIMIT;
	if (read_mount(&scratch->walk))
		return PATH_UNRESOLVED;
	bpf_loop(WALK_LIMIT, walk_step, &context, 0);
	if (scratch->walk.result == PATH_UNRESOLVED)
		return PATH_UNRESOLVED;
	top = classify_top(&scratch->walk, address_of(task->nsproxy->mnt_ns));
	if (scratch->walk.result == PATH_KNOWN) {
		/* The root directory itself. */
		if (scratch->begin == PATH_LIMIT) {
			scratch->text[PATH_LIMIT - 1] = '/';
			scratch->begin = PATH_LIMIT - 1;
		}
		return top;
	}
	if (top != PATH_INTERNAL)
		return PATH_UNRESOLVED;
	return is_memfd(scratch) ? PATH_KNOWN : PATH_INTERNAL;
}

/*
 * Finds the path of {vfsmount, dentry}, both kernel addresses, as the current
 * task's mount namespace has it, and leaves it in text[begin..PATH_LIMIT).
 * Returns an enum path_class.
 */
static __always_inline int path_resolve(struct scratch *scratch, u64 vfsmount, u64 dentry)
{
	for (u32 i = 0; i < WALK_TRIES; i++) {
		u64 before = sequence();
		int class = walk_once(scratch, vfsmount, dentry);

		/* Odd counts: somebody was at it when we began. */
		if (sequence() == before && !(before & (1ull << 32 | 1)))
			return class;
	}
	count(STATISTIC_PATH_RACED);
	return PATH_UNRESOLVED;
}

#endif
