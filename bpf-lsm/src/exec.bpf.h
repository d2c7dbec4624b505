/* SPDX-License-Identifier: GPL-2.0-only OR Apache-2.0 */
/* Hooks of the exec family: who runs what, and who a task is from then on. */
#include "bind.h"
#include "judge.h"

/*
 * Fires once, before any file is judged. Here a host's task that entered a container
 * becomes its task, so the container's first execve is the first one judged.
 */
SEC("lsm/bprm_creds_for_exec")
int BPF_PROG(bprm_creds_for_exec, struct linux_binprm *bprm)
{
	struct bound bound = {};
	u32 scope = bind_at_exec(&bound);
	struct file *file = bprm->file;

	if (bound.hold)
		return -ERESTARTNOINTR;
	if (scope == SCOPE_UNKNOWN)
		return -EACCES;
	/*
	 * Executing counts as reading. For a task of the scope file_open has asked
	 * that; for one that joins only now nobody has.
	 */
	if (bound.first && scope != SCOPE_SANDBOX &&
	    refuses_path(scope, ASK(KIND_READ, OPERATION_READ), &file->f_path))
		return -EACCES;
	return 0;
}

/* Whether this is the first file that a pod's sandbox runs: its entrypoint. */
static __always_inline bool is_sandbox_entrypoint(u32 scope)
{
	struct task_state *state;

	if (scope != SCOPE_SANDBOX)
		return false;
	state = current_state(false);
	return state && !(state->flags & TASK_EXECUTED);
}

/*
 * Fires for the file given to execve and again for the interpreter of a script:
 * both are judged.
 */
SEC("lsm/bprm_check_security")
int BPF_PROG(bprm_check_security, struct linux_binprm *bprm)
{
	u32 scope = current_scope();
	struct file *file = bprm->file;

	if (scope == SCOPE_HOST || is_sandbox_entrypoint(scope))
		return allow();
	if (scope == SCOPE_UNKNOWN)
		return -EACCES;
	return answer(refuses_path(scope, ASK(KIND_EXEC, OPERATION_EXEC), &file->f_path), -EACCES);
}

/*
 * The exec can no longer fail: this file is now the subject of what the task
 * does. Recorded here, once; a process can change what /proc says of it.
 */
SEC("lsm/bprm_committed_creds")
int BPF_PROG(bprm_committed_creds, struct linux_binprm *bprm)
{
	u32 scope = current_scope();
	struct task_state *state;
	struct scratch *scratch;
	struct file *file = bprm->file;
	u64 id = SUBJECT_UNKNOWN;

	if (scope == SCOPE_HOST || scope == SCOPE_UNKNOWN)
		return 0;
	state = current_state(false);
	if (!state)
		return 0;
	scratch = scratch_claim();
	if (scratch) {
		if (path_resolve(scratch, address_of(file->f_path.mnt),
				 address_of(file->f_path.dentry)) == PATH_KNOWN)
			id = remember_subject(scratch);
		scratch_release(scratch);
	}
	state->subject = id;
	state->class_rules = 0;
	state->flags |= TASK_EXECUTED;
	return 0;
}
