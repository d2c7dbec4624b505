/* SPDX-License-Identifier: GPL-2.0-only OR Apache-2.0 */
/*
 * Hooks of extended attributes and access control lists, which are a write. They do not
 * tell the mount.
 */
#include "judge.h"

static __always_inline int set_attribute(const struct dentry *dentry)
{
	u32 scope = current_scope();

	if (scope == SCOPE_HOST)
		return 0;
	if (scope == SCOPE_UNKNOWN ||
	    judge_path(scope, ASK(KIND_WRITE, OPERATION_SETXATTR) | ASK_ANY_NAME | ASK_LAYERS, 0,
		       address_of(dentry)) &
		    JUDGED_REFUSED)
		return -EACCES;
	return 0;
}

/* Before 6.2 also access control lists, which then are attributes. */
SEC("lsm/inode_setxattr")
int BPF_PROG(inode_setxattr, void *map_of_users, struct dentry *dentry)
{
	return set_attribute(dentry);
}

SEC("lsm/inode_removexattr")
int BPF_PROG(inode_removexattr, void *map_of_users, struct dentry *dentry)
{
	return set_attribute(dentry);
}

SEC("lsm/inode_set_acl")
int BPF_PROG(inode_set_acl, void *map_of_users, struct dentry *dentry)
{
	return set_attribute(dentry);
}

SEC("lsm/inode_remove_acl")
int BPF_PROG(inode_remove_acl, void *map_of_users, struct dentry *dentry)
{
	return set_attribute(dentry);
}
