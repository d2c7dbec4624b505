/* SPDX-License-Identifier: GPL-2.0-only OR Apache-2.0 */
/*
 * A path for a file of which the mount that it is used by is not known, or is another
 * mount namespace's: the first name that it has in the task's own.
 */
#ifndef PORTCULLIS_NAME_H
#define PORTCULLIS_NAME_H

#include "path.h"

/* Mounts of one file system, in all namespaces, that are looked at. */
#define MOUNTS_LIMIT 4096
/* How often that begins anew when something was renamed or mounted meanwhile. */
#define NAME_TRIES 4

/* Where the search for a mount is. */
struct search {
	struct scratch *scratch;
	u64 dentry;
	u64 namespace; /* the task's */
	u64 end;
	u64 at;
	u32 found;
};

/* A constant at load. */
static __always_inline bool mounts_are_listed(void)
{
	return bpf_core_field_exists(struct mount___list, mnt_instance);
}

static __always_inline void first_mount(struct search *search)
{
	u64 super = read_address(search->dentry + bpf_core_field_offset(struct dentry, d_sb));

	if (mounts_are_listed()) {
		search->end = super + bpf_core_field_offset(struct super_block___list, s_mounts);
		search->at = read_address(search->end);
	} else {
		search->end = 0;
		search->at = read_address(
			super + bpf_core_field_offset(struct super_block___chain, s_mounts));
	}
}

/* Returns 1 when the search is over. */
static long try_mount(u32 index, struct search *search)
{
	u64 at = search->at, mount = at;

	if (!at || at == search->end)
		return 1;
	if (mounts_are_listed()) {
		mount -= bpf_core_field_offset(struct mount___list, mnt_instance);
		search->at = read_address(at);
	} else {
		search->at = read_address(
			mount + bpf_core_field_offset(struct mount___chain, mnt_next_for_sb));
	}
	if (read_address(mount + bpf_core_field_offset(struct mount, mnt_ns)) != search->namespace)
		return 0;
	if (walk_once(search->scratch, mount + bpf_core_field_offset(struct mount, mnt),
		      search->dentry) != PATH_KNOWN)
		return 0;
	search->found = 1;
	return 1;
}

/*
 * Finds a path of a dentry, a kernel address, in the current task's mount namespace,
 * and leaves it where path_resolve() does. Returns an enum path_class.
 */
__noinline int name_resolve(struct scratch *scratch, u64 dentry)
{
	struct search search = {
		.scratch = scratch,
		.dentry = dentry,
		.namespace = address_of(bpf_get_current_task_btf()->nsproxy->mnt_ns),
	};

	if (!scratch)
		return PATH_UNRESOLVED;
	for (u32 i = 0; i < NAME_TRIES; i++) {
		u64 before = sequence();

		search.found = 0;
		first_mount(&search);
		bpf_loop(MOUNTS_LIMIT, try_mount, &search, 0);
		if (sequence() == before && !(before & (1ull << 32 | 1)))
			return search.found ? PATH_KNOWN : PATH_UNRESOLVED;
	}
	count(STATISTIC_PATH_RACED);
	return PATH_UNRESOLVED;
}

#endif
