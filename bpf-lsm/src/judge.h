/* SPDX-License-Identifier: GPL-2.0-only OR Apache-2.0 */
/*
 * From a question to an answer: look up the scope's rule set, run the automaton,
 * count, report, kill, refuse. Every hook ends here.
 */
#ifndef PORTCULLIS_JUDGE_H
#define PORTCULLIS_JUDGE_H

#include "event.h"
#include "identity.h"
#include "memo.h"
#include "name.h"
#include "subject.h"

/* What a hook asks, packed: global functions take five plain numbers. */
#define ASK(kind, operation) ((kind) | (operation) << 8)
#define ASKED_KIND(ask) ((ask) & 0xff)
#define ASKED_OPERATION(ask) ((ask) >> 8 & 0xff)
/*
 * It was told already that the operation would be refused: only a refusal is news.
 * Enforced, the operation would have ended there, and is counted once.
 */
#define ASK_TOLD (1u << 16)
/* The kernel only looks whether it could: refused, but nobody is told, counted or killed. */
#define ASK_SILENT (1u << 17)

/* Where the mount is not known or not the namespace's own, any name of the file will do. */
#define ASK_ANY_NAME (1u << 18)
/* An overlay asks the same of the layer beneath. */
#define ASK_LAYERS (1u << 19)

/* What comes of it, bits. */
#define JUDGED_REFUSED 1
#define JUDGED_TOLD 2

/* What a hook knows, for the event. */
struct request {
	u32 scope;
	u32 ask;
};

/* Carries what one question told over to the next of the same operation. */
static __always_inline u32 after(u32 judged)
{
	return judged & JUDGED_TOLD ? ASK_TOLD : 0;
}

static __always_inline void count_outcome(u32 counter_index, u32 outcome)
{
	struct rule_counter *counter = bpf_map_lookup_elem(&counters, &counter_index);

	if (!counter)
		return;
	if (outcome == OUTCOME_BLOCKED)
		__sync_fetch_and_add(&counter->blocked, 1);
	else if (outcome == OUTCOME_KILLED)
		__sync_fetch_and_add(&counter->killed, 1);
	else if (outcome == OUTCOME_AUDITED)
		__sync_fetch_and_add(&counter->audited, 1);
	else
		__sync_fetch_and_add(&counter->would_block, 1);
}

/* Counts, reports and kills as the two lanes' verdicts say. Returns JUDGED_* bits. */
static __always_inline int conclude(struct scratch *scratch, const struct request *request,
				    const struct rule_set *rules, u64 verdicts, bool unresolved)
{
	u32 enforce = verdicts, audit = verdicts >> 32;
	/* What is a report in the enforce lane can be nothing in the other: a policy in Audit mode allows it. */
	u32 deciding = enforce & VERDICT_REFUSE || !audit ? enforce : audit;
	u32 rule = deciding >> VERDICT_RULE_SHIFT;
	u32 outcome;
	int judged;

	if (enforce & VERDICT_REFUSE) {
		outcome = enforce & VERDICT_KILL ? OUTCOME_KILLED : OUTCOME_BLOCKED;
		judged = JUDGED_REFUSED;
	} else if (audit & VERDICT_REFUSE) {
		outcome = audit & VERDICT_KILL ? OUTCOME_WOULD_KILL : OUTCOME_WOULD_BLOCK;
		judged = JUDGED_TOLD;
	} else {
		outcome = OUTCOME_AUDITED;
		judged = 0;
	}
	if (request->ask & ASK_SILENT)
		return judged;
	if (request->ask & ASK_TOLD && judged != JUDGED_REFUSED)
		return JUDGED_TOLD;
	count_outcome(rules->counters + rule, outcome);
	scratch->event.scope = request->scope;
	scratch->event.rule_set = rules->number;
	scratch->event.rule = rule;
	scratch->event.outcome = outcome;
	scratch->event.operation = ASKED_OPERATION(request->ask);
	scratch->event.kind = ASKED_KIND(request->ask);
	scratch->event.unresolved = unresolved;
	report(scratch);
	/* Beside the refusal, never instead: the operation would still complete. */
	if (outcome == OUTCOME_KILLED)
		bpf_send_signal(SIGKILL);
	return judged;
}

/*
 * Whether a file belongs to the user that the current task acts as on files. What is
 * about to be made has no inode, and belongs to who makes it.
 */
static __always_inline bool is_owner(u64 dentry)
{
	u64 inode = read_address(dentry + bpf_core_field_offset(struct dentry, d_inode));
	u32 owner = 0;

	if (!inode)
		return true;
	if (bpf_probe_read_kernel(&owner, sizeof(owner),
				  (void *)(inode + bpf_core_field_offset(struct inode, i_uid))))
		return false;
	return owner == bpf_get_current_task_btf()->cred->fsuid.val;
}

/*
 * Whether the kernel acts for the task with other credentials than the task's, as an
 * overlay does on its layers.
 */
static __always_inline bool acts_as_another(void)
{
	struct task_struct *task = bpf_get_current_task_btf();

	return address_of(task->cred) != address_of(task->real_cred);
}

/* The verdicts on the question in the scratch area, from a start state or NO_START. */
static __always_inline u64 text_verdicts(struct scratch *scratch, const struct rule_set *rules,
					 u32 start)
{
	return start == NO_START ? 0 : automaton_run(scratch, start, rules->first);
}

/* Where questions about a file begin, or NO_START. */
static __always_inline u32 file_start(const struct rule_set *rules, u32 class, u32 kind, u64 dentry)
{
	return start_of(rules, class, rules->owned >> kind & 1 && is_owner(dentry), kind);
}

/*
 * What judging begins with. Returns a scratch area to be released, or NULL where nothing
 * is left to look at: then `judged` is the answer, JUDGED_* bits.
 */
static __always_inline struct scratch *begin_judging(u32 scope, u32 kind, struct rule_set **rules,
						     int *judged)
{
	struct scratch *scratch;

	*judged = JUDGED_REFUSED;
	*rules = rule_set_of(scope);
	/* What this task belongs to is gone. Refuse. */
	if (!*rules)
		return 0;
	if (kind >= KIND_COUNT || !is_asked(*rules, kind)) {
		*judged = 0;
		return 0;
	}
	scratch = scratch_claim();
	if (scratch)
		*judged = 0;
	return scratch;
}

/*
 * Judges one operation on a file, by the kernel addresses of its mount and its name.
 * Returns JUDGED_* bits. A global function: its callers hand over plain numbers.
 */
__noinline int judge_path(u32 scope, u32 ask, u64 vfsmount, u64 dentry)
{
	struct request request = {.scope = scope, .ask = ask};
	u32 kind = ASKED_KIND(ask);
	struct rule_set *rules;
	int resolved, judged;
	struct scratch *scratch = begin_judging(scope, kind, &rules, &judged);
	struct lookup lookup;
	u32 class, start, behind;
	u64 verdicts;

	if (!scratch)
		return judged;
	class = current_class(scratch, rules);
	start = file_start(rules, class, kind, dentry);
	lookup.name = 0;
	if (memos_can_be_kept() && vfsmount && start != NO_START) {
		behind = memo_find(scratch, &lookup, rules, start, vfsmount, dentry);
		if (behind != NO_START && !automaton_run(scratch, behind, rules->first))
			goto out;
	}
	resolved = path_resolve(scratch, vfsmount, dentry);
	if (resolved == PATH_UNRESOLVED && ask & ASK_ANY_NAME) {
		lookup.name = 0;
		resolved = name_resolve(scratch, dentry);
		if (resolved == PATH_UNRESOLVED && ask & ASK_LAYERS && acts_as_another())
			goto out;
	}
	if (resolved == PATH_INTERNAL)
		goto out;
	if (resolved == PATH_UNRESOLVED) {
		count(STATISTIC_PATH_UNRESOLVED);
		verdicts = unresolved_verdicts(rules, class, kind);
	} else if (lookup.name) {
		verdicts = memo_run(scratch, &lookup, rules, start, dentry);
	} else {
		verdicts = text_verdicts(scratch, rules, start);
	}
	if (verdicts)
		judged = conclude(scratch, &request, rules, verdicts, resolved != PATH_KNOWN);
out:
	scratch_release(scratch);
	return judged;
}

/* For the hooks. */
static __always_inline bool refuses_path(u32 scope, u32 ask, const struct path *path)
{
	return judge_path(scope, ask, address_of(path->mnt), address_of(path->dentry)) &
	       JUDGED_REFUSED;
}

/* Answers the question in the scratch area, which is no path. */
static __always_inline int judge_text(struct scratch *scratch, const struct request *request,
				      const struct rule_set *rules, u32 class)
{
	u32 start = start_of(rules, class, false, ASKED_KIND(request->ask));
	u64 verdicts = text_verdicts(scratch, rules, start);

	return verdicts ? conclude(scratch, request, rules, verdicts, false) : 0;
}

/*
 * Judges what has a number: a capability, an operation on the system, a sort of
 * socket. Returns JUDGED_* bits.
 */
__noinline int judge_number(u32 scope, u32 ask, u32 number)
{
	struct request request = {.scope = scope, .ask = ask};
	struct rule_set *rules;
	int judged;
	struct scratch *scratch = begin_judging(scope, ASKED_KIND(ask), &rules, &judged);
	u32 class;

	if (!scratch)
		return judged;
	class = current_class(scratch, rules);
	scratch->begin = PATH_LIMIT - 1;
	scratch->text[PATH_LIMIT - 1] = number;
	judged = judge_text(scratch, &request, rules, class);
	scratch_release(scratch);
	return judged;
}

/* Judges a number for a hook that returns 0 or an error. */
static __always_inline bool refuses_number(u32 ask, u32 number)
{
	u32 scope = current_scope();

	if (scope == SCOPE_HOST)
		return false;
	return scope == SCOPE_UNKNOWN || judge_number(scope, ask, number) & JUDGED_REFUSED;
}

#endif
