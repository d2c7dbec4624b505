/* SPDX-License-Identifier: GPL-2.0-only OR Apache-2.0 */
/*
 * Which scope a task belongs to. The answer is kept with the task and copied
 * at every fork, and the first binding to a scope wins: nothing that a task does
 * later (unshare, setns, chroot, re-parenting) is looked at again.
 *
 * No state means "not classified yet", never "the host": tasks older than the agent have
 * none.
 */
#ifndef PORTCULLIS_IDENTITY_H
#define PORTCULLIS_IDENTITY_H

#include "pod.h"
#include "state.h"

/* The scope could not be told. The operation is refused. */
#define SCOPE_UNKNOWN 0xffffffffu
/* Only the agent can tell. */
#define SCOPE_ASK 0xfffffffeu

static __always_inline struct control *control_block(void)
{
	u32 zero = 0;

	return bpf_map_lookup_elem(&control, &zero);
}

/* Number and PID namespace of a task in the namespace it lives in: the innermost. */
static __always_inline void innermost(struct task_struct *task, u32 *number, u32 *namespace)
{
	struct pid_namespace *pid_namespace = 0;
	struct pid *pid = task->thread_pid;
	u64 upid;

	if (!pid)
		return;
	upid = address_of(pid) + bpf_core_field_offset(struct pid, numbers) +
	       pid->level * bpf_core_type_size(struct upid);
	bpf_probe_read_kernel(number, sizeof(*number),
			      (void *)(upid + bpf_core_field_offset(struct upid, nr)));
	bpf_probe_read_kernel(&pid_namespace, sizeof(pid_namespace),
			      (void *)(upid + bpf_core_field_offset(struct upid, ns)));
	if (pid_namespace)
		bpf_probe_read_kernel(namespace, sizeof(*namespace),
				      (void *)(address_of(pid_namespace) +
					       bpf_core_field_offset(struct pid_namespace, ns) +
					       bpf_core_field_offset(struct ns_common, inum)));
}

static __always_inline struct namespaces task_namespaces(struct task_struct *task)
{
	struct namespaces key = {.mount = task->nsproxy->mnt_ns->ns.inum};
	u32 number;

	innermost(task, &number, &key.pid);
	return key;
}

/*
 * Whether a task has left the host's root directory for a container's. A runtime's
 * helpers are in the pod's cgroup, and some in the container's namespaces, before; there
 * they mount what the container will see.
 */
static __always_inline bool in_a_root_of_its_own(struct task_struct *task)
{
	struct control *control = control_block();

	return control && control->host_root &&
	       address_of(task->fs->root.dentry) != control->host_root;
}

/* The scope that the namespaces of the current task name: SCOPE_HOST where none does. */
static __always_inline u32 scope_of(const struct namespaces *key)
{
	struct binding *binding;

	/* 0: a task that has left its namespaces on its way out */
	if (!key->mount || !key->pid || key->mount == host_mount_namespace)
		return SCOPE_HOST;
	binding = bpf_map_lookup_elem(&scope_by_namespaces, key);
	if (binding && (!binding->level ||
			bpf_get_current_ancestor_cgroup_id(binding->level) == binding->cgroup))
		return binding->scope;
	if (default_scope && key->pid != host_pid_namespace &&
	    in_a_root_of_its_own(bpf_get_current_task_btf()))
		return default_scope;
	return SCOPE_HOST;
}

/*
 * The scope of the container that a cgroup (its kernel address) belongs to:
 * SCOPE_HOST where that is no pod's, SCOPE_ASK where the maps do not tell.
 *
 * @founding whether the pod's first container, if this is it, becomes its sandbox
 */
static __always_inline u32 scope_of_cgroup(struct scratch *scratch, u64 cgroup, bool founding)
{
	u32 *known;
	u64 *sandbox;

	if (!scratch || !find_pod(scratch, cgroup))
		return SCOPE_HOST;
	known = bpf_map_lookup_elem(&containers, &scratch->place.container);
	if (known)
		return *known;
	if (founding && scratch->place.container.digits[0])
		bpf_map_update_elem(&sandboxes, &scratch->place.pod, &scratch->place.cgroup,
				    BPF_NOEXIST);
	sandbox = bpf_map_lookup_elem(&sandboxes, &scratch->place.pod);
	if (sandbox && *sandbox == scratch->place.cgroup)
		return SCOPE_SANDBOX;
	return SCOPE_ASK;
}

/* What there is where the agent cannot be asked: the strictest that the pod could need. */
static __always_inline u32 scope_unasked(struct scratch *scratch)
{
	struct pod *pod = bpf_map_lookup_elem(&pods, &scratch->place.pod);

	return pod ? pod->scope : SCOPE_UNTOLD;
}

/*
 * Writes down what a task is, and returns what it is from now on: what it was before
 * unless it changes over. SCOPE_UNKNOWN where there is nothing to write to.
 */
static __always_inline u32 record_scope(struct task_state *state, u32 scope, bool change_over)
{
	if (!state)
		return SCOPE_UNKNOWN;
	if (change_over || !(state->flags & TASK_CLASSIFIED)) {
		state->scope = scope;
		state->flags |= TASK_CLASSIFIED;
	}
	return state->scope;
}

/* First touch of a task that has no storage: says what it is and writes it down. */
__noinline u32 classify_current(void)
{
	struct task_struct *task = bpf_get_current_task_btf();
	struct namespaces key = task_namespaces(task);
	u32 scope = scope_of(&key);

	if (by_pods && key.mount && key.mount != host_mount_namespace &&
	    in_a_root_of_its_own(task)) {
		struct scratch *scratch = scratch_claim();

		if (!scratch)
			return SCOPE_UNKNOWN;
		scope = scope_of_cgroup(scratch, address_of(task->cgroups->dfl_cgrp), false);
		if (scope == SCOPE_ASK)
			scope = scope_unasked(scratch);
		scratch_release(scratch);
	}
	scope = record_scope(current_state(true), scope, false);
	if (scope != SCOPE_UNKNOWN)
		return scope;
	/* No memory. In the host's mount namespace no scope's task can be: that one is never refused. */
	if (key.mount == host_mount_namespace)
		return SCOPE_HOST;
	count(STATISTIC_STATE_FAILED);
	return SCOPE_UNKNOWN;
}

static __always_inline u32 current_scope(void)
{
	struct task_state *state = current_state(false);

	if (state && state->flags & TASK_CLASSIFIED)
		return state->scope;
	return classify_current();
}

/* Whether a task has not been given a scope yet that could not change any more. */
static __always_inline bool is_unbound(u32 scope)
{
	return scope == SCOPE_HOST || scope == SCOPE_UNTOLD;
}

#endif
