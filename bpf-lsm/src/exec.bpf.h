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
	    judge_path(scope, OPERATION_READ, address_of(file->f_path.mnt),
		       address_of(file->f_path.dentry)))
		return -EACCES;
	return 0;
}

/* Whether this is the first file that a pod's sandbox runs: its entrypoint. */
static __always_inline bool is_sandbox_entrypoint(u32 scope)
{
	struct task_state *state;

	if (scope != SCOPE_SANDBOX)
		return false;
	state = bpf_task_storage_get(&tasks, bpf_get_current_task_btf(), 0, 0);
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
	return judge_path(scope, OPERATION_EXEC, address_of(file->f_path.mnt),
			  address_of(file->f_path.dentry))
		       ? -EACCES
		       : 0;
}

/* FNV-1a over the question in the scratch area. */
__noinline u64 text_hash(struct scratch *scratch)
{
	u64 hash = 0xcbf29ce484222325ull;
	u32 at;

	if (!scratch)
		return 0;
	at = scratch->begin;
	for (u32 i = 0; i < PATH_LIMIT; i++) {
		if (at >= PATH_LIMIT)
			break;
		hash = (hash ^ scratch->text[at & (PATH_LIMIT - 1)]) * 0x100000001b3ull;
		at++;
	}
	return hash;
}

/* Writes the path in the scratch area down as a subject, and returns its id. */
static __always_inline u64 remember_subject(struct scratch *scratch)
{
	u64 id = text_hash(scratch);
	/* Built where the detail of events goes: 260 bytes are too many for the stack. */
	struct subject *subject = (struct subject *)scratch->detail;
	u32 length = PATH_LIMIT - scratch->begin;

	if (bpf_map_lookup_elem(&subjects, &id))
		return id;
	subject->length = length;
	/* Up to SUBJECT_LIMIT bytes; text's tail makes reading past its end harmless. */
	bpf_probe_read_kernel(subject->path, SUBJECT_LIMIT,
			      &scratch->text[scratch->begin & (PATH_LIMIT - 1)]);
	if (bpf_map_update_elem(&subjects, &id, subject, BPF_NOEXIST) &&
	    !bpf_map_lookup_elem(&subjects, &id))
		count(STATISTIC_SUBJECTS_FULL);
	return id;
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
	u64 id = 0;

	if (scope == SCOPE_HOST || scope == SCOPE_UNKNOWN)
		return 0;
	state = bpf_task_storage_get(&tasks, bpf_get_current_task_btf(), 0, 0);
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
	state->flags |= TASK_EXECUTED;
	return 0;
}
