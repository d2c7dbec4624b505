// SPDX-License-Identifier: GPL-2.0-only OR Apache-2.0
/*
 * The kernel side of Portcullis, one object.
 *
 *   hook ──► identity.h: which scope is the task in? none: allowed, done
 *        ──► path.h or the socket's address: what is asked for, as bytes
 *        ──► automaton.h: the scope's rule set answers, both lanes at once
 *        ──► judge.h: count, report, kill, refuse
 *
 * One program a hook; policies are data, never programs (the kernel allows some
 * 36 programs a hook). Whatever cannot be told, for want of memory or of a path,
 * is refused where a policy could have refused it, and counted.
 */
#include <stdbool.h>
#include "kernel.h"
#include <linux/bpf.h>
#include <bpf/bpf_helpers.h>
#include <bpf/bpf_tracing.h>
#include <bpf/bpf_core_read.h>

#include "task.bpf.h"
#include "exec.bpf.h"
#include "file.bpf.h"
#include "path.bpf.h"
#include "attribute.bpf.h"
#include "map.bpf.h"
#include "network.bpf.h"
#include "unix.bpf.h"
#include "system.bpf.h"
#include "tasks.bpf.h"

/* The helpers used are for GPL-compatible programs only. */
char LICENSE[] SEC("license") = "GPL";
