/* SPDX-License-Identifier: GPL-2.0-only OR Apache-2.0 */
/*
 * Working memory for one judgement: a path does not fit on the 512-byte stack.
 *
 * Per-CPU memory would not do. LSM programs can be preempted, and another task's
 * program then runs on the same CPU: measured, 1,633 of 7,255 opens on a stock
 * 7.3 found their path overwritten. The ring buffer would not do either: it can
 * be full, and a full buffer must not change a verdict. So areas are claimed
 * from a pool with one atomic exchange, beginning at the CPU's own.
 */
#ifndef PORTCULLIS_SCRATCH_H
#define PORTCULLIS_SCRATCH_H

#include "maps.h"

/* Areas that a CPU calls its own, and how many a program tries in all. */
#define SCRATCH_PER_CPU 4
#define SCRATCH_TRIES 16

/* {mnt_parent, mnt_mountpoint, mnt.mnt_root}: side by side on all kernels. */
struct mount_links {
	u64 parent;
	u64 mountpoint;
	u64 root;
};

/* {d_parent, d_name}: side by side on all kernels. */
struct dentry_links {
	u64 parent;
	u64 hash_len;
	u64 name;
};

/*
 * Where a walk to the root is. Here and not on the stack, so that the verifier
 * does not follow its values from one step of the loop to the next.
 */
struct walk {
	struct mount_links links;
	u64 mount;
	u64 dentry;
	u32 result; /* enum path_class */
};

/* Where a task's pod is among the cgroups. */
struct place {
	struct pod_uid pod;
	struct container_id container; /* zeros where its name holds none */
	u64 cgroup; /* id of the container's cgroup, or of the pod's where there is none */
	u32 level; /* of that cgroup */
	u8 name_end[40]; /* while a name is looked at */
};

struct scratch {
	u32 busy;
	/* Where the question begins in text; it always ends at PATH_LIMIT. */
	u32 begin;
	struct walk walk;
	struct place place;
	struct held held;
	/*
	 * The question. Paths are written from their end: the walk goes from the
	 * file up to the root. The tail lets a name be copied at any begin. Read by words.
	 */
	u8 text[PATH_LIMIT + NAME_LIMIT + 1] __attribute__((aligned(8)));
	struct event event;
	/* What follows it in the ring buffer; the tail lets an argument be copied behind any others. */
	u8 detail[PATH_LIMIT + 2 * ARGUMENTS_LIMIT];
};

struct {
	__uint(type, BPF_MAP_TYPE_ARRAY);
	__uint(max_entries, 16); /* set at load */
	__type(key, u32);
	__type(value, struct scratch);
} scratch_areas SEC(".maps");

static __always_inline struct scratch *scratch_claim(void)
{
	u32 first = bpf_get_smp_processor_id() * SCRATCH_PER_CPU;

	for (u32 i = 0; i < SCRATCH_TRIES; i++) {
		u32 key = (first + i) & scratch_mask;
		struct scratch *scratch = bpf_map_lookup_elem(&scratch_areas, &key);

		if (scratch && !__sync_val_compare_and_swap(&scratch->busy, 0, 1))
			return scratch;
	}
	count(STATISTIC_SCRATCH_EXHAUSTED);
	return 0;
}

static __always_inline void scratch_release(struct scratch *scratch)
{
	/* An exchange, not a plain store, so that it also orders what came before. */
	__sync_lock_test_and_set(&scratch->busy, 0);
}

#endif
