/* SPDX-License-Identifier: GPL-2.0-only OR Apache-2.0 */
/* Hooks of the file family. */
#include "judge.h"

SEC("lsm/file_open")
int BPF_PROG(file_open, struct file *file)
{
	u32 scope = current_scope();
	u32 mode = file->f_mode;
	u32 operation;

	if (scope == SCOPE_HOST)
		return 0;
	/* An overlay opens its layer: the overlay's own file has been judged. */
	if (mode & FMODE_NOACCOUNT)
		return 0;
	if (scope == SCOPE_UNKNOWN)
		return -EACCES;
	/* O_TRUNC writes even where the descriptor is for reading. */
	if (file->f_flags & O_TRUNC)
		mode |= FMODE_WRITE;
	if (!(mode & FMODE_WRITE))
		operation = OPERATION_READ;
	else if (mode & FMODE_READ)
		operation = OPERATION_READ_WRITE;
	else
		operation = OPERATION_WRITE;
	return judge_path(scope, operation, address_of(file->f_path.mnt),
			  address_of(file->f_path.dentry))
		       ? -EACCES
		       : 0;
}
