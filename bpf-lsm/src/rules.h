/* SPDX-License-Identifier: GPL-2.0-only OR Apache-2.0 */
/* A scope's rule set, and what it says before the automaton is asked. */
#ifndef PORTCULLIS_RULES_H
#define PORTCULLIS_RULES_H

#include "maps.h"

/* The rule set by which a scope is judged now, 0 where that scope is gone. */
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

static __always_inline bool is_asked(const struct rule_set *rules, u32 kind)
{
	return rules->asked >> kind & 1;
}

/* One of the cells of a rule set that are no automaton's. */
static __always_inline u32 rule_set_cell(const struct rule_set *rules, u32 at)
{
	u32 zero = 0;
	u32 *cells = bpf_map_lookup_elem(&automaton, &zero);

	return cells ? cells[(rules->first + at) & automaton_mask] : 0;
}

static __always_inline u32 start_of(const struct rule_set *rules, u32 class, bool owner, u32 kind)
{
	u32 row = class * OWNERS + owner;

	return rule_set_cell(rules, rules->starts + row * KIND_COUNT + kind);
}

/* Both lanes' verdicts where it cannot be told what is asked for. */
static __always_inline u64 unresolved_verdicts(const struct rule_set *rules, u32 class, u32 kind)
{
	u32 at = rules->unresolved + (class * KIND_COUNT + kind) * LANES;

	return rule_set_cell(rules, at + LANE_ENFORCE) | (u64)rule_set_cell(rules, at + LANE_AUDIT)
								 << 32;
}

#endif
