/* SPDX-License-Identifier: GPL-2.0-only OR Apache-2.0 */
/* Hooks of the file family. */
#include "judge.h"

/* The hook that kernels before 6.2 lack. */
extern const void bpf_lsm_file_truncate __ksym __weak;

/* Whether the kernel asks path_truncate about an open with O_TRUNC too, which file_open has judged. */
static __always_inline bool truncates_by_path(void)
{
	return !&bpf_lsm_file_truncate;
}

static __always_inline void remember_truncating(struct file *file)
{
	struct task_state *state = current_state(false);

	if (state)
		state->truncating = address_of(file->f_path.dentry);
}

SEC("lsm/file_open")
int BPF_PROG(file_open, struct file *file)
{
	u32 scope = current_scope();
	u32 mode = file->f_mode;
	u32 ask;

	if (scope == SCOPE_HOST)
		return 0;
	/* An overlay opens its layer: the overlay's own file has been judged. */
	if (mode & FMODE_NOACCOUNT)
		return 0;
	if (scope == SCOPE_UNKNOWN)
		return -EACCES;
	/* O_TRUNC writes even where the descriptor is for reading. */
	if (file->f_flags & O_TRUNC) {
		mode |= FMODE_WRITE;
		if (truncates_by_path())
			remember_truncating(file);
	}
	/* path_mknod was asked whether to make it, and so to write it. */
	if (mode & FMODE_CREATED) {
		if (!(mode & FMODE_READ))
			return 0;
		mode &= ~FMODE_WRITE;
	}
	if (!(mode & FMODE_WRITE))
		ask = ASK(KIND_READ, OPERATION_READ);
	else if (mode & FMODE_READ)
		ask = ASK(KIND_READ_WRITE, OPERATION_READ_WRITE);
	else
		ask = ASK(KIND_WRITE, OPERATION_WRITE);
	return answer(refuses_path(scope, ask, &file->f_path), -EACCES);
}

/*
 * A file that somebody else opened, of which a descriptor is handed over. One that can
 * neither be read nor written (O_PATH) has to be opened again, and is judged then.
 */
SEC("lsm/file_receive")
int BPF_PROG(file_receive, struct file *file)
{
	u32 scope = current_scope();
	u32 mode = file->f_mode & (FMODE_READ | FMODE_WRITE);
	u32 kind = mode == FMODE_READ	 ? KIND_READ
		   : mode == FMODE_WRITE ? KIND_WRITE
					 : KIND_READ_WRITE;

	if (scope == SCOPE_HOST || !mode)
		return allow();
	if (scope == SCOPE_UNKNOWN)
		return -EACCES;
	return answer(
		refuses_path(scope, ASK(kind, OPERATION_RECEIVE) | ASK_ANY_NAME, &file->f_path),
		-EACCES);
}
