/* SPDX-License-Identifier: GPL-2.0-only OR Apache-2.0 */
/* Hooks of the life of tasks. */
#include "identity.h"

/* A child is what its parent is: threads, io_uring workers and vforks too. */
SEC("lsm/task_alloc")
int BPF_PROG(task_alloc, struct task_struct *child, unsigned long clone_flags)
{
	u32 scope = current_scope();
	struct task_state *parent = current_state(false), *state;
	struct task_state born = {.scope = scope, .flags = TASK_CLASSIFIED};
	u64 address = address_of(child);

	if (parent) {
		born.subject = parent->subject;
		born.class_rules = parent->class_rules;
		born.class = parent->class;
		born.flags |= parent->flags & TASK_EXECUTED;
	}
	drop_aside(address);
	state = bpf_task_storage_get(&tasks, child, 0, BPF_LOCAL_STORAGE_GET_F_CREATE);
	if (state)
		*state = born;
	if (scope != SCOPE_UNKNOWN && (state || set_aside(address, &born)))
		return 0;
	/* The host is never refused; its child is classified at first touch. */
	if (scope == SCOPE_HOST)
		return 0;
	/* A child without its parent's scope would be a way out. */
	count(STATISTIC_STATE_FAILED);
	return -ENOMEM;
}

/*
 * Nobody comes back to what was set aside for this task. And an agent that was killed
 * looks after nothing any more. Its promise must not outlive it: the container held
 * first would be that of the next agent, for ever. At every thread's end, as one that
 * ends later may still have written a promise.
 */
SEC("tp_btf/sched_process_exit")
int BPF_PROG(task_exit)
{
	struct control *control = control_block();

	drop_aside(address_of(bpf_get_current_task_btf()));
	if (control && control->agent == bpf_get_current_pid_tgid() >> 32 &&
	    bpf_get_current_task_btf()->signal->flags & SIGNAL_GROUP_EXIT)
		control->hold_until = 0;
	return 0;
}

/*
 * The agent is not a container's to end or stop, not even where a pod has the host's PID
 * namespace and can see it. What runs in the agent's own container may.
 */
SEC("lsm/task_kill")
int BPF_PROG(task_kill, struct task_struct *target, struct kernel_siginfo *info, int number)
{
	struct control *control = control_block();
	struct task_struct *task;

	if (!number || !control || (u32)target->tgid != control->agent ||
	    target->group_leader->start_time != control->agent_started)
		return allow();
	task = bpf_get_current_task_btf();
	if (current_scope() == SCOPE_HOST || task->nsproxy->mnt_ns == target->nsproxy->mnt_ns)
		return 0;
	count(STATISTIC_SIGNALS_REFUSED);
	return -EPERM;
}
