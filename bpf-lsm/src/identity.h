/* SPDX-License-Identifier: GPL-2.0-only OR Apache-2.0 */
/*
 * Which scope a task belongs to. The answer is kept in task storage and copied
 * at every fork, and the first binding to a scope wins: nothing that a task does
 * later (unshare, setns, chroot, re-parenting) is looked at again.
 *
 * Absent storage means "not classified yet", never "the host": a lookup can fail
 * under preemption on 6.1, and tasks older than the agent have none.
 */
#ifndef PORTCULLIS_IDENTITY_H
#define PORTCULLIS_IDENTITY_H

#include "maps.h"

/* current_scope(): the scope could not be told. The operation is refused. */
#define SCOPE_UNKNOWN 0xffffffffu
/* Attempts to find or make a task's storage before that. */
#define STATE_TRIES 3

static __always_inline struct namespaces task_namespaces(struct task_struct *task)
{
	struct namespaces key = {.mount = task->nsproxy->mnt_ns->ns.inum};
	struct pid *pid = task->thread_pid;
	struct pid_namespace *pid_namespace = 0;

	/* The namespace the task lives in: that of its innermost number. */
	if (pid)
		bpf_probe_read_kernel(&pid_namespace, sizeof(pid_namespace),
				      (void *)(address_of(pid) +
					       bpf_core_field_offset(struct pid, numbers) +
					       pid->level * bpf_core_type_size(struct upid) +
					       bpf_core_field_offset(struct upid, ns)));
	if (pid_namespace)
		bpf_probe_read_kernel(&key.pid, sizeof(key.pid),
				      (void *)(address_of(pid_namespace) +
					       bpf_core_field_offset(struct pid_namespace, ns) +
					       bpf_core_field_offset(struct ns_common, inum)));
	return key;
}

/* The scope that the namespaces of a task name: SCOPE_HOST where none does. */
static __always_inline u32 scope_of(const struct namespaces *key)
{
	u32 *scope;

	/* 0: a task that has left its namespaces on its way out */
	if (!key->mount || !key->pid || key->mount == host_mount_namespace)
		return SCOPE_HOST;
	scope = bpf_map_lookup_elem(&scope_by_namespaces, key);
	if (scope)
		return *scope;
	if (default_scope && key->pid != host_pid_namespace)
		return default_scope;
	return SCOPE_HOST;
}

/*
 * Writes down what the current task is, and returns what it is from now on: what it
 * was before unless it changes over. SCOPE_UNKNOWN where there is no storage to write to.
 */
static __always_inline u32 store_scope(struct task_struct *task, u32 scope, bool change_over)
{
	for (u32 i = 0; i < STATE_TRIES; i++) {
		struct task_state *state =
			bpf_task_storage_get(&tasks, task, 0, BPF_LOCAL_STORAGE_GET_F_CREATE);

		if (!state)
			continue;
		if (change_over || !(state->flags & TASK_CLASSIFIED)) {
			state->scope = scope;
			state->flags = TASK_CLASSIFIED;
		}
		return state->scope;
	}
	return SCOPE_UNKNOWN;
}

/* First touch of a task that has no storage: says what it is and writes it down. */
__noinline u32 classify_current(void)
{
	struct task_struct *task = bpf_get_current_task_btf();
	struct namespaces key = task_namespaces(task);
	u32 scope = store_scope(task, scope_of(&key), false);

	if (scope != SCOPE_UNKNOWN)
		return scope;
	/*
	 * No memory, or the storage is there and was not found. In the host's
	 * mount namespace no scope's task can be: that one is never refused.
	 */
	if (key.mount == host_mount_namespace)
		return SCOPE_HOST;
	count(STATISTIC_STATE_FAILED);
	return SCOPE_UNKNOWN;
}

static __always_inline u32 current_scope(void)
{
	struct task_state *state = bpf_task_storage_get(&tasks, bpf_get_current_task_btf(), 0, 0);

	if (state && state->flags & TASK_CLASSIFIED)
		return state->scope;
	return classify_current();
}

/*
 * At exec: a task of the host that has entered a container's namespaces (a
 * container runtime's init, nsenter) becomes the container's.
 *
 * *bound is set where this exec is the first that its scope sees of the task.
 */
static __always_inline u32 bind_at_exec(bool *bound)
{
	u32 scope = current_scope();
	struct task_struct *task = bpf_get_current_task_btf();
	struct namespaces key;

	if (scope != SCOPE_HOST)
		return scope;
	if (task->nsproxy->mnt_ns->ns.inum == host_mount_namespace)
		return SCOPE_HOST;
	key = task_namespaces(task);
	scope = scope_of(&key);
	if (scope == SCOPE_HOST)
		return SCOPE_HOST;
	*bound = true;
	scope = store_scope(task, scope, true);
	if (scope == SCOPE_UNKNOWN)
		count(STATISTIC_STATE_FAILED);
	return scope;
}

#endif
