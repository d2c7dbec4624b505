/* SPDX-License-Identifier: GPL-2.0-only OR Apache-2.0 */
/*
 * At exec, a task of the host that has entered a container (a container runtime's
 * init, nsenter) becomes the container's. So a container's first execve is the first
 * one that is judged, and it is judged by the container's own rules: where only the
 * agent knows which these are, the task waits in its execve.
 *
 * It waits stopped, in its old image. When it is continued the kernel begins the
 * execve anew, and it is judged again with what is known by then; somebody else's
 * SIGCONT only holds it again.
 */
#ifndef PORTCULLIS_BIND_H
#define PORTCULLIS_BIND_H

#include "identity.h"

/* What bind_at_exec() found, beside the scope. */
struct bound {
	/* This exec is the first that its scope sees of the task. */
	bool first;
	/* The execve is to be begun anew once the task is continued. */
	bool hold;
};

/* Wakes the agent. It looks at `held` by itself now and then, so no harm if this is lost. */
static __always_inline void tell_of_held(struct scratch *scratch)
{
	struct event *event = &scratch->event;

	__builtin_memset(event, 0, sizeof(*event));
	event->outcome = OUTCOME_NONE;
	bpf_ringbuf_output(&events, event, sizeof(*event), 0);
}

/* Stops the current task, if there is an agent that will continue it. Returns 0 if not. */
static __always_inline int hold_current(struct scratch *scratch)
{
	struct control *control = control_block();
	u32 group = bpf_get_current_pid_tgid() >> 32;
	u64 now = bpf_ktime_get_boot_ns();
	struct held *before = bpf_map_lookup_elem(&held, &group);
	struct held *entry = &scratch->held;

	entry->pod = scratch->place.pod;
	entry->container = scratch->place.container;
	entry->since = before ? before->since : now;
	if (!control || now >= control->hold_until ||
	    bpf_map_update_elem(&held, &group, entry, BPF_ANY)) {
		count(STATISTIC_NOT_HELD);
		return 0;
	}
	/* Without the signal the caller would see the number that restarts the call. */
	if (bpf_send_signal_thread(SIGSTOP)) {
		bpf_map_delete_elem(&held, &group);
		count(STATISTIC_NOT_HELD);
		return 0;
	}
	count(STATISTIC_HELD);
	tell_of_held(scratch);
	return 1;
}

/* The scope by the current task's cgroup, remembered by its namespaces for those who join later. */
static __always_inline u32 scope_of_pod(struct scratch *scratch, struct task_struct *task,
					const struct namespaces *key, struct bound *bound)
{
	struct binding binding = {};
	u32 scope = scope_of_cgroup(scratch, address_of(task->cgroups->dfl_cgrp), true);

	if (scope == SCOPE_HOST)
		return SCOPE_HOST;
	if (scope == SCOPE_ASK) {
		if (hold_current(scratch)) {
			bound->hold = true;
			return SCOPE_HOST;
		}
		/* Not remembered: the agent may know better when the next one joins. */
		return scope_unasked(scratch);
	}
	binding.scope = scope;
	binding.level = scratch->place.level;
	binding.cgroup = scratch->place.cgroup;
	/* Where that fails the next one that joins goes by its cgroup as well. */
	bpf_map_update_elem(&scope_by_namespaces, key, &binding, BPF_ANY);
	return scope;
}

__noinline u32 find_scope_at_exec(struct bound *bound)
{
	struct task_struct *task = bpf_get_current_task_btf();
	struct namespaces key = task_namespaces(task);
	struct scratch *scratch;
	u32 scope;

	if (!bound)
		return SCOPE_UNKNOWN;
	if (!key.mount || key.mount == host_mount_namespace)
		return SCOPE_HOST;
	if (by_pods && !in_a_root_of_its_own(task))
		return SCOPE_HOST;
	scope = scope_of(&key);
	if (scope != SCOPE_HOST || !by_pods)
		return scope;
	scratch = scratch_claim();
	if (!scratch)
		return SCOPE_UNKNOWN;
	scope = scope_of_pod(scratch, task, &key, bound);
	scratch_release(scratch);
	return scope;
}

static __always_inline u32 bind_at_exec(struct bound *bound)
{
	u32 scope = current_scope();
	u32 group = bpf_get_current_pid_tgid() >> 32;
	struct task_state *state;
	u32 found;

	if (!is_unbound(scope))
		return scope;
	found = find_scope_at_exec(bound);
	if (found == SCOPE_UNKNOWN)
		return SCOPE_UNKNOWN;
	if (found == SCOPE_HOST || found == scope)
		return scope;
	bound->first = true;
	if (by_pods)
		bpf_map_delete_elem(&held, &group);
	scope = record_scope(current_state(true), found, true);
	if (scope == SCOPE_UNKNOWN) {
		count(STATISTIC_STATE_FAILED);
		return scope;
	}
	state = current_state(false);
	if (state)
		state->subject = SUBJECT_OUTSIDE;
	return scope;
}

#endif
