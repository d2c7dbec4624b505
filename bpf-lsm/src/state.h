/* SPDX-License-Identifier: GPL-2.0-only OR Apache-2.0 */
/*
 * A task's state, also where its task storage cannot be got at.
 *
 * Before 6.2 the kernel neither looks into storage nor makes any while another task on
 * the same CPU is in the midst of that, which with preempt=full can be one that was
 * preempted there: for as long as that waits (measured: 698 operations of 3,600 that
 * threads made). The state is then set aside in a map, and put back when it can be.
 */
#ifndef PORTCULLIS_STATE_H
#define PORTCULLIS_STATE_H

#include "maps.h"

/* Storages of all kinds that a task is thought to have at most. */
#define STORAGES_LIMIT 32

/* By the address of the task; dropped when it ends, and when one is made there anew. */
struct {
	__uint(type, BPF_MAP_TYPE_HASH);
	__uint(max_entries, 8192);
	__uint(map_flags, BPF_F_NO_PREALLOC);
	__type(key, u64);
	__type(value, struct task_state);
} aside SEC(".maps");

/* How many that are: nearly always none. */
struct {
	__uint(type, BPF_MAP_TYPE_ARRAY);
	__uint(max_entries, 1);
	__type(key, u32);
	__type(value, u32);
} aside_count SEC(".maps");

/* The part of the kernel's enum that matters here. */
enum bpf_func_id___6_2 {
	BPF_FUNC_cgrp_storage_get___6_2 = 210,
};

/*
 * Whether this kernel is older than 6.2: where that waits instead for what another task does
 * in storage, it has this helper too, of the same days.
 */
static __always_inline bool storage_can_be_busy(void)
{
	return !bpf_core_enum_value_exists(enum bpf_func_id___6_2, BPF_FUNC_cgrp_storage_get___6_2);
}

static __always_inline u32 *states_aside(void)
{
	u32 zero = 0;

	return bpf_map_lookup_elem(&aside_count, &zero);
}

static __always_inline bool any_aside(void)
{
	u32 *count;

	if (!storage_can_be_busy())
		return false;
	count = states_aside();
	return count && *count;
}

static __always_inline struct task_state *state_aside(u64 task)
{
	return any_aside() ? bpf_map_lookup_elem(&aside, &task) : 0;
}

/* Returns whether there was room. */
static __always_inline bool set_aside(u64 task, const struct task_state *state)
{
	u32 *count = states_aside();

	if (!count || bpf_map_update_elem(&aside, &task, state, BPF_NOEXIST))
		return false;
	__sync_fetch_and_add(count, 1);
	return true;
}

static __always_inline void drop_aside(u64 task)
{
	u32 *count = states_aside();

	if (any_aside() && count && !bpf_map_delete_elem(&aside, &task))
		__sync_fetch_and_add(count, -1);
}

/* Reads a task's storage as the kernel's helper would. False where the task has none. */
static __always_inline bool read_storage(u64 task, struct task_state *state)
{
	u64 map = address_of(&tasks);
	u64 storage, node;

	if (!bpf_core_field_exists(struct bpf_local_storage_elem, snode))
		return false;
	storage = read_address(task + bpf_core_field_offset(struct task_struct, bpf_storage));
	if (!storage)
		return false;
	node = read_address(storage + bpf_core_field_offset(struct bpf_local_storage, list));
	for (u32 i = 0; node && i < STORAGES_LIMIT; i++) {
		u64 data = node - bpf_core_field_offset(struct bpf_local_storage_elem, snode) +
			   bpf_core_field_offset(struct bpf_local_storage_elem, sdata);

		if (read_address(data +
				 bpf_core_field_offset(struct bpf_local_storage_data, smap)) == map)
			return !bpf_probe_read_kernel(
				state, sizeof(*state),
				(void *)(data + bpf_core_field_offset(struct bpf_local_storage_data,
								      data)));
		node = read_address(node);
	}
	return false;
}

/* A copy of any task's state. False where it has none. */
static __always_inline bool read_state(struct task_struct *task, struct task_state *state)
{
	struct task_state *found = state_aside(address_of(task));

	if (!found)
		found = bpf_task_storage_get(&tasks, task, 0, 0);
	if (!found)
		return storage_can_be_busy() && read_storage(address_of(task), state);
	*state = *found;
	return true;
}

/* Whether the current task's state is set aside, and cannot be put back yet. */
__noinline bool is_aside(void)
{
	struct task_struct *task = bpf_get_current_task_btf();
	u64 address = address_of(task);
	struct task_state *state, *found = state_aside(address);

	if (!found)
		return false;
	state = bpf_task_storage_get(&tasks, task, 0, BPF_LOCAL_STORAGE_GET_F_CREATE);
	if (!state)
		return true;
	*state = *found;
	drop_aside(address);
	return false;
}

/*
 * Sets the current task's state aside, also as an empty one where it has none and `make`
 * is given. Returns whether it now is there.
 */
__noinline bool set_current_aside(bool make)
{
	struct task_state state = {};
	u64 address = address_of(bpf_get_current_task_btf());

	return (read_storage(address, &state) || make) && set_aside(address, &state);
}

/*
 * The current task's state, to be read and written: only the task itself does. NULL
 * where it has none; with `make`, where there is no memory for one.
 */
static __always_inline struct task_state *current_state(bool make)
{
	struct task_struct *task = bpf_get_current_task_btf();
	struct task_state *state;
	u64 address;

	if (!any_aside() || !is_aside()) {
		state = bpf_task_storage_get(&tasks, task, 0,
					     make ? BPF_LOCAL_STORAGE_GET_F_CREATE : 0);
		if (state || !storage_can_be_busy() || !set_current_aside(make))
			return state;
	}
	address = address_of(task);
	return bpf_map_lookup_elem(&aside, &address);
}

#endif
