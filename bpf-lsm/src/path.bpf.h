/* SPDX-License-Identifier: GPL-2.0-only OR Apache-2.0 */
/*
 * Hooks of names: what is made, deleted, renamed, linked, and changed without being
 * opened. All of it is a write. Of a file on the way to be made the dentry is negative,
 * but has its name and its place.
 */
#include "move.h"

/* Judges a name in a directory. */
static __always_inline int write_name(u32 operation, const struct path *directory,
				      const struct dentry *name)
{
	u32 scope = current_scope();

	if (scope == SCOPE_HOST)
		return 0;
	if (scope == SCOPE_UNKNOWN || judge_path(scope, ASK(KIND_WRITE, operation),
						 address_of(directory->mnt), address_of(name)) &
					      JUDGED_REFUSED)
		return -EACCES;
	return 0;
}

/* Also the file that an open is to make. */
SEC("lsm/path_mknod")
int BPF_PROG(path_mknod, struct path *directory, struct dentry *name)
{
	return write_name(OPERATION_CREATE, directory, name);
}

SEC("lsm/path_mkdir")
int BPF_PROG(path_mkdir, struct path *directory, struct dentry *name)
{
	return write_name(OPERATION_MKDIR, directory, name);
}

SEC("lsm/path_symlink")
int BPF_PROG(path_symlink, struct path *directory, struct dentry *name)
{
	return write_name(OPERATION_SYMLINK, directory, name);
}

SEC("lsm/path_unlink")
int BPF_PROG(path_unlink, struct path *directory, struct dentry *name)
{
	return write_name(OPERATION_UNLINK, directory, name);
}

SEC("lsm/path_rmdir")
int BPF_PROG(path_rmdir, struct path *directory, struct dentry *name)
{
	return write_name(OPERATION_RMDIR, directory, name);
}

SEC("lsm/path_chmod")
int BPF_PROG(path_chmod, struct path *path)
{
	return write_name(OPERATION_CHMOD, path, path->dentry);
}

SEC("lsm/path_chown")
int BPF_PROG(path_chown, struct path *path)
{
	return write_name(OPERATION_CHOWN, path, path->dentry);
}

SEC("lsm/path_truncate")
int BPF_PROG(path_truncate, struct path *path)
{
	struct task_state *state;

	if (truncates_by_path()) {
		state = current_state(false);
		if (state && state->truncating == address_of(path->dentry)) {
			state->truncating = 0;
			return 0;
		}
	}
	return write_name(OPERATION_TRUNCATE, path, path->dentry);
}

/* Old and new are on one mount: the kernel makes no links from one to another. */
SEC("lsm/path_link")
int BPF_PROG(path_link, struct dentry *old, struct path *directory, struct dentry *new)
{
	u32 scope = current_scope();
	u64 mount = address_of(directory->mnt), from = address_of(old), to = address_of(new);
	u32 judged;

	if (scope == SCOPE_HOST)
		return allow();
	if (scope == SCOPE_UNKNOWN)
		return -EACCES;
	judged = write_names(scope, OPERATION_LINK, mount, from, to);
	if (!(judged & JUDGED_REFUSED))
		judged = judge_names(scope, OPERATION_LINK, judged, mount, from, to);
	return answer(judged & JUDGED_REFUSED, -EACCES);
}

static __always_inline u32 rename_one(u32 scope, u32 judged, u64 mount, u64 from, u64 to)
{
	judged = judge_names(scope, OPERATION_RENAME, judged, mount, from, to);
	if (!(judged & JUDGED_REFUSED) && is_directory(from))
		judged = judge_trees(scope, OPERATION_RENAME, judged, mount, from, to);
	return judged;
}

SEC("lsm/path_rename")
int BPF_PROG(path_rename, struct path *old_directory, struct dentry *old,
	     struct path *new_directory, struct dentry *new, unsigned int flags)
{
	u32 scope = current_scope();
	u64 mount = address_of(old_directory->mnt), from = address_of(old), to = address_of(new);
	u32 judged;

	if (scope == SCOPE_HOST)
		return allow();
	if (scope == SCOPE_UNKNOWN)
		return -EACCES;
	judged = write_names(scope, OPERATION_RENAME, mount, from, to);
	if (!(judged & JUDGED_REFUSED))
		judged = rename_one(scope, judged, mount, from, to);
	if (!(judged & JUDGED_REFUSED) && flags & RENAME_EXCHANGE)
		judged = rename_one(scope, judged, mount, to, from);
	return answer(judged & JUDGED_REFUSED, -EACCES);
}
