/* SPDX-License-Identifier: GPL-2.0-only OR Apache-2.0 */
/*
 * Telling of a judgement: as often as its budget allows, and where the ring buffer
 * has room for one of its sort. Whether it is told never changes what was judged.
 */
#ifndef PORTCULLIS_EVENT_H
#define PORTCULLIS_EVENT_H

#include "identity.h"
#include "scratch.h"
#include "subject.h"

/*
 * What is told: of one rule, in one container, by one executable, so many events
 * are told at once and then one every interval. More are counted.
 */
#define EVENT_BURST 100
#define EVENT_INTERVAL 1000000000ULL /* nanoseconds */

struct budget_key {
	u64 subject; /* or SUBJECT_ANY: whether that rule was told of at all */
	u32 scope;
	u32 rule_set; /* its number */
	u32 rule;
	u32 padding;
};

struct budget {
	u64 since; /* up to when what is left was counted; nanoseconds since boot */
	u32 left;
	u32 suppressed; /* not told since the last that was */
};

/* Of no task: FIRST_HASH is above. */
#define SUBJECT_ANY 2

/* Not pinned: the next agent's programs begin with full budgets. */
struct {
	__uint(type, BPF_MAP_TYPE_LRU_HASH);
	__uint(max_entries, 16384);
	__type(key, struct budget_key);
	__type(value, struct budget);
} budgets SEC(".maps");

/* Up to how many bytes the ring buffer is filled with events of a sort. */
#define ROOM_FOR_REPORTS (EVENTS_SIZE / 4 * 3)
#define ROOM_FOR_REFUSALS (EVENTS_SIZE / 8 * 7)

/* At most so many arguments are looked at. */
#define ARGUMENTS_MOST 64

static __always_inline struct budget_key budget_of(const struct event *event, u64 subject)
{
	return (struct budget_key){.subject = subject,
				   .scope = event->scope,
				   .rule_set = event->rule_set,
				   .rule = event->rule};
}

/*
 * Takes one event from its budget. Returns whether it is to be told, and as `from` where
 * to account for it should that fail, or NULL: no memory for a budget is no reason not to
 * tell.
 */
static __always_inline bool take(struct event *event, struct budget **from)
{
	struct budget_key key = budget_of(event, event->subject);
	struct budget fresh = {.since = event->time, .left = EVENT_BURST};
	struct budget *budget = bpf_map_lookup_elem(&budgets, &key);
	u64 earned;

	if (!budget) {
		bpf_map_update_elem(&budgets, &key, &fresh, BPF_NOEXIST);
		budget = bpf_map_lookup_elem(&budgets, &key);
	}
	*from = budget;
	event->suppressed = 0;
	if (!budget)
		return true;
	/* Two at once may earn the same twice, or take the same: an event more or less. */
	earned = event->time > budget->since ? (event->time - budget->since) / EVENT_INTERVAL : 0;
	if (earned) {
		budget->since += earned * EVENT_INTERVAL;
		earned += budget->left;
		budget->left = earned < EVENT_BURST ? earned : EVENT_BURST;
	}
	if (!budget->left) {
		__sync_fetch_and_add(&budget->suppressed, 1);
		return false;
	}
	budget->left--;
	event->suppressed = __sync_lock_test_and_set(&budget->suppressed, 0);
	return true;
}

/*
 * Whether the rule was never told of in that container, as long as the kernel remembers:
 * such an event may fill the buffer up, so that the noise of other rules never hides it.
 */
static __always_inline bool is_first(const struct event *event)
{
	struct budget_key key = budget_of(event, SUBJECT_ANY);
	struct budget nothing = {};

	return !bpf_map_lookup_elem(&budgets, &key) &&
	       !bpf_map_update_elem(&budgets, &key, &nothing, BPF_NOEXIST);
}

/* Whether the ring buffer has room left for an event of its sort. */
static __always_inline bool has_room(const struct event *event)
{
	bool refusal = event->outcome == OUTCOME_BLOCKED || event->outcome == OUTCOME_KILLED;

	return is_first(event) || bpf_ringbuf_query(&events, BPF_RB_AVAIL_DATA) <
					  (refusal ? ROOM_FOR_REFUSALS : ROOM_FOR_REPORTS);
}

#ifdef __TARGET_ARCH_x86
/* x86-64's numbers of system calls, and the code segment of programs that are no 32-bit ones. */
#define SYSCALL_EXECVE 59
#define SYSCALL_EXECVEAT 322
#define USER_CODE_SEGMENT 0x33

/* Where the arguments of the running execve are in its caller's memory; 0 if not known. */
static __always_inline u64 arguments_of_exec(void)
{
	struct pt_regs *registers = (void *)bpf_task_pt_regs(bpf_get_current_task_btf());

	if (registers->cs != USER_CODE_SEGMENT)
		return 0;
	if (registers->orig_ax == SYSCALL_EXECVE)
		return registers->si;
	return registers->orig_ax == SYSCALL_EXECVEAT ? registers->dx : 0;
}
#else
static __always_inline u64 arguments_of_exec(void)
{
	return 0;
}
#endif

/* Where copying the arguments is. */
struct copying {
	struct scratch *scratch;
	u64 at; /* in the caller's memory */
	u32 behind; /* bytes of the detail */
	u32 used;
};

/* Copies one argument. Returns 1 when there is no more to do. */
static long copy_argument(u32 index, struct copying *copying)
{
	struct scratch *scratch = copying->scratch;
	u32 used = copying->used, behind = copying->behind;
	u32 room, begin;
	u64 argument;
	long copied;
	u8 last;

	if (bpf_probe_read_user(&argument, sizeof(argument),
				(void *)(copying->at + index * sizeof(argument))))
		return 1;
	if (!argument) {
		scratch->event.arguments_cut = 0;
		return 1;
	}
	if (used >= ARGUMENTS_LIMIT)
		return 1;
	/* So that the mask stays: see run_stretch(). */
	asm volatile("" : "+r"(used));
	begin = used & (ARGUMENTS_LIMIT - 1);
	room = ARGUMENTS_LIMIT - begin;
	copied = bpf_probe_read_user_str(&scratch->detail[(behind & (PATH_LIMIT - 1)) + begin],
					 room, (void *)argument);
	if (copied <= 0)
		return 1;
	copying->used = begin + copied;
	/* It fills the room: its last byte was made a NUL, or was one. */
	return copied == room &&
	       (bpf_probe_read_user(&last, sizeof(last), (void *)(argument + copied - 1)) || last);
}

/*
 * Copies the arguments of the running execve behind the detail, which is `length` bytes
 * long. They are the caller's still: its other threads can change them meanwhile.
 */
static __always_inline void append_arguments(struct scratch *scratch, u32 length)
{
	struct copying copying = {.scratch = scratch, .at = arguments_of_exec(), .behind = length};

	scratch->event.arguments_cut = 1;
	if (copying.at)
		bpf_loop(ARGUMENTS_MOST, copy_argument, &copying, 0);
	scratch->event.arguments = copying.used & (2 * ARGUMENTS_LIMIT - 1);
}

/*
 * Tells what the scratch area's event and text say. Fills in who did it. A global
 * function: its callers have proved enough.
 */
__noinline int report(struct scratch *scratch)
{
	struct task_struct *task = bpf_get_current_task_btf();
	struct task_struct *parent = task->real_parent;
	struct task_state *state = current_state(false);
	struct namespaces key;
	struct budget *budget;
	struct event *event;
	u64 id;
	u32 length = 0, size;

	if (!scratch)
		return 0;
	event = &scratch->event;
	event->time = bpf_ktime_get_boot_ns();
	event->subject = state ? state->subject : SUBJECT_UNKNOWN;
	if (!take(event, &budget)) {
		count(STATISTIC_EVENTS_SUPPRESSED);
		return 0;
	}
	key = task_namespaces(task);
	id = bpf_get_current_pid_tgid();
	event->pid = id >> 32;
	event->tid = id;
	event->uid = bpf_get_current_uid_gid();
	event->mount_namespace = key.mount;
	event->pid_namespace = key.pid;
	bpf_get_current_comm(event->comm, sizeof(event->comm));
	event->parent_pid = parent->tgid;
	state = bpf_task_storage_get(&tasks, parent, 0, 0);
	event->parent_subject = state ? state->subject : SUBJECT_UNKNOWN;
	if (!event->unresolved && scratch->begin < PATH_LIMIT) {
		length = PATH_LIMIT - scratch->begin;
		bpf_probe_read_kernel(scratch->detail, length & (PATH_LIMIT - 1),
				      &scratch->text[scratch->begin & (PATH_LIMIT - 1)]);
	}
	event->length = length;
	event->arguments = 0;
	event->arguments_cut = 0;
	if (event->kind == KIND_EXEC)
		append_arguments(scratch, length);
	size = sizeof(*event) + (length & (PATH_LIMIT - 1)) +
	       (event->arguments & (2 * ARGUMENTS_LIMIT - 1));
	if (has_room(event) && !bpf_ringbuf_output(&events, event, size, 0))
		return 0;
	count(STATISTIC_EVENTS_DROPPED);
	if (budget)
		__sync_fetch_and_add(&budget->suppressed, event->suppressed + 1);
	return 0;
}

#endif
