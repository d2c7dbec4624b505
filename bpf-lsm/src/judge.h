/* SPDX-License-Identifier: GPL-2.0-only OR Apache-2.0 */
/*
 * From a question to an answer: look up the scope's rule set, run the automaton,
 * count, report, kill, refuse. Every hook ends here.
 */
#ifndef PORTCULLIS_JUDGE_H
#define PORTCULLIS_JUDGE_H

#include "automaton.h"
#include "identity.h"
#include "path.h"

/* What a hook knows, for the event. */
struct request {
	u32 scope;
	u32 kind;
	u32 operation;
};

static __always_inline struct rule_set *rule_set_of(u32 scope)
{
	u32 index = scope & SCOPE_INDEX_MASK;
	struct scope *entry = bpf_map_lookup_elem(&scopes, &index);

	if (!entry)
		return 0;
	/* 0: enforcement was lifted */
	if (entry->number != scope && entry->number) {
		count(STATISTIC_SCOPE_GONE);
		return 0;
	}
	index = *(volatile u32 *)&entry->rule_set;
	return bpf_map_lookup_elem(&rule_sets, &index);
}

static __always_inline void report(struct scratch *scratch, const struct request *request,
				   u32 number, u32 rule, u32 outcome, bool unresolved)
{
	struct task_struct *task = bpf_get_current_task_btf();
	struct task_state *state = bpf_task_storage_get(&tasks, task, 0, 0);
	struct namespaces key = task_namespaces(task);
	struct event *event = &scratch->event;
	u64 id = bpf_get_current_pid_tgid();
	u32 begin = scratch->begin;
	u32 length = 0;

	event->time = bpf_ktime_get_boot_ns();
	event->subject = state ? state->subject : 0;
	event->scope = request->scope;
	event->rule_set = number;
	event->rule = rule;
	event->pid = id >> 32;
	event->tid = id;
	event->uid = bpf_get_current_uid_gid();
	event->mount_namespace = key.mount;
	event->pid_namespace = key.pid;
	bpf_get_current_comm(event->comm, sizeof(event->comm));
	event->outcome = outcome;
	event->operation = request->operation;
	event->unresolved = unresolved;
	event->kind = request->kind;
	if (!unresolved && begin < PATH_LIMIT) {
		length = PATH_LIMIT - begin;
		bpf_probe_read_kernel(scratch->detail, length & (PATH_LIMIT - 1),
				      &scratch->text[begin & (PATH_LIMIT - 1)]);
	}
	event->length = length;
	if (bpf_ringbuf_output(&events, event, sizeof(*event) + (length & (PATH_LIMIT - 1)), 0))
		count(STATISTIC_EVENTS_DROPPED);
}

/* Counts, reports and kills as the two lanes' verdicts say. Returns 1 to refuse. */
static __always_inline int conclude(struct scratch *scratch, const struct request *request,
				    const struct rule_set *rules, u64 verdicts, bool unresolved)
{
	u32 enforce = verdicts, audit = verdicts >> 32;
	/* What is a report in the enforce lane can be nothing in the other: a policy in Audit mode allows it. */
	u32 deciding = enforce & VERDICT_REFUSE || !audit ? enforce : audit;
	u32 rule = deciding >> VERDICT_RULE_SHIFT;
	u32 key = rules->counters + rule;
	struct rule_counter *counter = bpf_map_lookup_elem(&counters, &key);
	u32 outcome;

	if (enforce & VERDICT_REFUSE)
		outcome = enforce & VERDICT_KILL ? OUTCOME_KILLED : OUTCOME_BLOCKED;
	else if (audit & VERDICT_REFUSE)
		outcome = audit & VERDICT_KILL ? OUTCOME_WOULD_KILL : OUTCOME_WOULD_BLOCK;
	else
		outcome = OUTCOME_AUDITED;

	if (counter) {
		if (outcome == OUTCOME_BLOCKED)
			__sync_fetch_and_add(&counter->blocked, 1);
		else if (outcome == OUTCOME_KILLED)
			__sync_fetch_and_add(&counter->killed, 1);
		else if (outcome == OUTCOME_AUDITED)
			__sync_fetch_and_add(&counter->audited, 1);
		else
			__sync_fetch_and_add(&counter->would_block, 1);
	}
	report(scratch, request, rules->number, rule, outcome, unresolved);
	/* Beside the refusal, never instead: the operation would still complete. */
	if (outcome == OUTCOME_KILLED)
		bpf_send_signal(SIGKILL);
	return outcome == OUTCOME_BLOCKED || outcome == OUTCOME_KILLED;
}

static __always_inline u64 unresolved_verdicts(const struct rule_set *rules, u32 kind)
{
	if (kind >= KIND_COUNT)
		return 0;
	return rules->unresolved[kind * LANES + LANE_ENFORCE] |
	       (u64)rules->unresolved[kind * LANES + LANE_AUDIT] << 32;
}

/*
 * Judges one operation on a file. Returns 1 to refuse. A global function: its
 * callers hand over plain numbers.
 */
__noinline int judge_path(u32 scope, u32 operation, u64 vfsmount, u64 dentry)
{
	struct request request = {
		.scope = scope,
		.operation = operation,
		.kind = operation - OPERATION_EXEC + KIND_EXEC,
	};
	struct rule_set *rules = rule_set_of(scope);
	struct scratch *scratch;
	u64 verdicts;
	int class, refuse = 0;

	/* What this task belongs to is gone. Refuse. */
	if (!rules)
		return 1;
	if (request.kind >= KIND_EGRESS || rules->start[request.kind] == NO_START)
		return 0;
	scratch = scratch_claim();
	if (!scratch)
		return 1;
	class = path_resolve(scratch, vfsmount, dentry);
	if (class == PATH_INTERNAL)
		goto out;
	if (class == PATH_KNOWN) {
		verdicts = automaton_run(scratch, rules->start[request.kind], rules->first);
	} else {
		count(STATISTIC_PATH_UNRESOLVED);
		verdicts = unresolved_verdicts(rules, request.kind);
	}
	if (verdicts)
		refuse = conclude(scratch, &request, rules, verdicts, class != PATH_KNOWN);
out:
	scratch_release(scratch);
	return refuse;
}

#endif
