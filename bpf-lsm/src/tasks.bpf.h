/* SPDX-License-Identifier: GPL-2.0-only OR Apache-2.0 */
/*
 * What an agent runs when it starts, and now and then, over every task there is.
 * Iterators: they are read, not attached to a hook.
 */
#include "identity.h"

/* Before anything is attached: the root directory of the host's PID 1, and who asks, the agent. */
SEC("iter/task")
int find_host(struct bpf_iter__task *context)
{
	struct task_struct *task = context->task;
	struct control *control = control_block();
	u32 number = 0, namespace = 0;

	if (!task || !control || task->flags & PF_KTHREAD)
		return 0;
	innermost(task, &number, &namespace);
	if (number != 1 || namespace != host_pid_namespace)
		return 0;
	control->host_root = address_of(task->fs->root.dentry);
	control->agent = bpf_get_current_pid_tgid() >> 32;
	control->agent_started = bpf_get_current_task_btf()->group_leader->start_time;
	return 0;
}

/*
 * After everything is attached: gives their scope to the containers' tasks that run
 * already. Threads too, which have no descriptors of their own before 6.9.
 */
SEC("iter/task")
int bind_running(struct bpf_iter__task *context)
{
	struct task_struct *task = context->task;
	struct task_state state;
	struct scratch *scratch;
	u32 scope;

	if (!by_pods || !task || task->flags & PF_KTHREAD)
		return 0;
	/* Gone where the task is on its way out. */
	if (!task->nsproxy || !task->fs || task->nsproxy->mnt_ns->ns.inum == host_mount_namespace ||
	    !in_a_root_of_its_own(task))
		return 0;
	if (read_state(task, &state) && state.flags & TASK_CLASSIFIED && !is_unbound(state.scope))
		return 0;
	scratch = scratch_claim();
	if (!scratch)
		return 0;
	scope = scope_of_cgroup(scratch, address_of(task->cgroups->dfl_cgrp), false);
	if (scope == SCOPE_ASK)
		scope = scope_unasked(scratch);
	scratch_release(scratch);
	if (scope == SCOPE_HOST)
		return 0;
	if (record_scope(bpf_task_storage_get(&tasks, task, 0, BPF_LOCAL_STORAGE_GET_F_CREATE),
			 scope, true) == SCOPE_UNKNOWN)
		count(STATISTIC_STATE_FAILED);
	return 0;
}

/* Now and then: marks the scopes that have tasks, so that the agent can free the others. */
SEC("iter/task")
int mark_scopes(struct bpf_iter__task *context)
{
	struct task_struct *task = context->task;
	struct control *control = control_block();
	struct task_state state;
	struct scope *scope;
	u32 index;

	if (!task || !control)
		return 0;
	if (!read_state(task, &state))
		return 0;
	index = state.scope & SCOPE_INDEX_MASK;
	scope = bpf_map_lookup_elem(&scopes, &index);
	if (scope && scope->number == state.scope)
		scope->seen = control->round;
	return 0;
}
