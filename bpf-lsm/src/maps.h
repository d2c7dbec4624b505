/* SPDX-License-Identifier: GPL-2.0-only OR Apache-2.0 */
/*
 * All maps, with their bounds. The agent may change the sizes marked "set at
 * load"; the verifier then proves every access against the changed size.
 */
#ifndef PORTCULLIS_MAPS_H
#define PORTCULLIS_MAPS_H

#include "portcullis.h"

/* Set at load; the kernel's verifier takes them for constants. */
const volatile u32 host_mount_namespace;
const volatile u32 host_pid_namespace;
/* Scope of containers that no key names, or SCOPE_HOST for none. */
const volatile u32 default_scope;
/* Cells of the automaton map, and a mask for indexes: cells is a power of two. */
const volatile u32 automaton_mask;
/* Number of scratch areas minus one; a power of two minus one. */
const volatile u32 scratch_mask;

/*
 * Never read: it makes the compiler describe these enumerations in the object's
 * BTF, where the agent compares them with its own.
 */
const volatile struct {
	enum question_kind question_kind;
	enum operation operation;
	enum outcome outcome;
	enum statistic statistic;
} enumerations;

/* All automata, one flat array: element size set at load. Mapped by the agent. */
struct {
	__uint(type, BPF_MAP_TYPE_ARRAY);
	__uint(max_entries, 1);
	__uint(map_flags, BPF_F_MMAPABLE);
	__uint(key_size, sizeof(u32));
	__uint(value_size, 4096);
} automaton SEC(".maps");

struct {
	__uint(type, BPF_MAP_TYPE_HASH);
	__uint(max_entries, 4096);
	__type(key, struct namespaces);
	__type(value, u32);
} scope_by_namespaces SEC(".maps");

struct {
	__uint(type, BPF_MAP_TYPE_ARRAY);
	__uint(max_entries, 1024);
	__type(key, u32);
	__type(value, struct scope);
} scopes SEC(".maps");

struct {
	__uint(type, BPF_MAP_TYPE_ARRAY);
	__uint(max_entries, 1024);
	__type(key, u32);
	__type(value, struct rule_set);
} rule_sets SEC(".maps");

struct {
	__uint(type, BPF_MAP_TYPE_ARRAY);
	__uint(max_entries, 65536);
	__type(key, u32);
	__type(value, struct rule_counter);
} counters SEC(".maps");

struct {
	__uint(type, BPF_MAP_TYPE_ARRAY);
	__uint(max_entries, STATISTIC_COUNT);
	__type(key, u32);
	__type(value, u64);
} statistics SEC(".maps");

struct {
	__uint(type, BPF_MAP_TYPE_TASK_STORAGE);
	__uint(map_flags, BPF_F_NO_PREALLOC);
	__type(key, int);
	__type(value, struct task_state);
} tasks SEC(".maps");

struct {
	__uint(type, BPF_MAP_TYPE_HASH);
	__uint(max_entries, 8192);
	__uint(map_flags, BPF_F_NO_PREALLOC);
	__type(key, u64);
	__type(value, struct subject);
} subjects SEC(".maps");

struct {
	__uint(type, BPF_MAP_TYPE_RINGBUF);
	__uint(max_entries, 1 << 20);
} events SEC(".maps");

struct {
	__uint(type, BPF_MAP_TYPE_ARRAY);
	__uint(max_entries, 1);
	__type(key, u32);
	__type(value, struct pin_info);
} pin_info SEC(".maps");

/*
 * A kernel pointer as a plain number, for arithmetic and for global functions,
 * which take no kernel pointers on 6.1. The verifier forgets a register's type
 * when its bytes are swapped; swapped twice, the value is what it was. What a
 * number points to can be read with bpf_probe_read_kernel() only.
 */
static __always_inline u64 address_of(const void *pointer)
{
	u64 number = (u64)pointer;

	asm volatile("%0 = be64 %0" : "+r"(number));
	asm volatile("%0 = be64 %0" : "+r"(number));
	return number;
}

static __always_inline void count(enum statistic which)
{
	u32 key = which;
	u64 *value = bpf_map_lookup_elem(&statistics, &key);

	if (value)
		__sync_fetch_and_add(value, 1);
}

#endif
