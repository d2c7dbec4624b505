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
/* SCOPE_CONTAINERS for the scope of containers that no key names, or SCOPE_HOST for none. */
const volatile u32 default_scope;
/* Whether pods are told apart by their cgroups. */
const volatile u32 by_pods;
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
	enum reserved_scope reserved_scope;
	enum socket_sort socket_sort;
	enum system_operation system_operation;
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
	__type(value, struct binding);
} scope_by_namespaces SEC(".maps");

struct {
	__uint(type, BPF_MAP_TYPE_ARRAY);
	__uint(max_entries, SCOPE_INDEX_MASK + 1);
	__uint(map_flags,
	       BPF_F_MMAPABLE); /* so that the agent replaces a rule set with one store */
	__type(key, u32);
	__type(value, struct scope);
} scopes SEC(".maps");

/* Pods that the agent was told of. */
struct {
	__uint(type, BPF_MAP_TYPE_HASH);
	__uint(max_entries, 2048);
	__uint(map_flags, BPF_F_NO_PREALLOC);
	__type(key, struct pod_uid);
	__type(value, struct pod);
} pods SEC(".maps");

/* Scopes of containers that the agent knows by name. */
struct {
	__uint(type, BPF_MAP_TYPE_HASH);
	__uint(max_entries, SCOPE_INDEX_MASK + 1);
	__uint(map_flags, BPF_F_NO_PREALLOC);
	__type(key, struct container_id);
	__type(value, u32);
} containers SEC(".maps");

/*
 * Pods that have had a sandbox: the id of its cgroup. A runtime makes it before any
 * other container of the pod.
 */
struct {
	__uint(type, BPF_MAP_TYPE_HASH);
	__uint(max_entries, 2048);
	__type(key, struct pod_uid);
	__type(value, u64);
} sandboxes SEC(".maps");

/* By thread group. */
struct {
	__uint(type, BPF_MAP_TYPE_HASH);
	__uint(max_entries, 1024);
	__type(key, u32);
	__type(value, struct held);
} held SEC(".maps");

struct {
	__uint(type, BPF_MAP_TYPE_ARRAY);
	__uint(max_entries, 1);
	__type(key, u32);
	__type(value, struct control);
} control SEC(".maps");

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

#define EVENTS_SIZE (1 << 20)

struct {
	__uint(type, BPF_MAP_TYPE_RINGBUF);
	__uint(max_entries, EVENTS_SIZE);
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

/* The 8 bytes at a kernel address, mostly another one; 0 where they cannot be read. */
static __always_inline u64 read_address(u64 from)
{
	u64 address = 0;

	bpf_probe_read_kernel(&address, sizeof(address), (void *)from);
	return address;
}

/*
 * 0, as a constant. Where a value has just been compared with 0 the compiler returns
 * that value, of which the verifier does not see that it is one.
 */
static __always_inline int allow(void)
{
	int zero = 0;

	asm volatile("" : "+r"(zero));
	return zero;
}

/*
 * What a hook returns: 0, or an error where it is refused. Both as constants; the
 * compiler would make arithmetic of them, whose range 6.12's verifier does not see.
 */
static __always_inline int answer(bool refused, int error)
{
	return refused ? error : allow();
}

static __always_inline void count(enum statistic which)
{
	u32 key = which;
	u64 *value = bpf_map_lookup_elem(&statistics, &key);

	if (value)
		__sync_fetch_and_add(value, 1);
}

#endif
