/* SPDX-License-Identifier: GPL-2.0-only OR Apache-2.0 */
/*
 * What C and Java share: the layout of every map and of the event record. The
 * agent compares its own layouts with this object's BTF before it loads it
 * (dev.portcullis.enforcer.layout), so the two cannot drift apart unnoticed.
 *
 * Numbers are in the machine's byte order unless a member says otherwise.
 */
#ifndef PORTCULLIS_H
#define PORTCULLIS_H

#include "kernel.h"

/* Raised with every change of a layout or a meaning in this file. */
#define ABI_VERSION 8

/*
 * Paths are judged up to one byte less than this, in bytes. The kernel takes no
 * longer argument, but a real path can be longer (chdir step by step); it is then
 * "unresolved".
 */
#define PATH_LIMIT 4096
/* The longest name of one directory entry: NAME_MAX. */
#define NAME_LIMIT 255
/*
 * As much of a subject's path as is remembered: its end. The class of a longer one
 * cannot be told, and events show its end.
 */
#define SUBJECT_LIMIT 1024

/* The kinds of question; QuestionKind in Java. */
enum question_kind {
	KIND_EXEC,
	KIND_MAP,
	KIND_READ,
	KIND_WRITE,
	KIND_READ_WRITE,
	KIND_EGRESS,
	KIND_LISTEN,
	KIND_SOCKET,
	KIND_CAPABILITY,
	KIND_OPERATION,
	KIND_COUNT,
};

/* Whether the file asked about belongs to who asks: 0 or 1. */
#define OWNERS 2

/* What was tried; Operation in event.proto. */
enum operation {
	OPERATION_EXEC = 1,
	OPERATION_READ,
	OPERATION_WRITE,
	OPERATION_READ_WRITE,
	OPERATION_CONNECT,
	OPERATION_SEND,
	OPERATION_CREATE,
	OPERATION_MKDIR,
	OPERATION_SYMLINK,
	OPERATION_UNLINK,
	OPERATION_RMDIR,
	OPERATION_RENAME,
	OPERATION_LINK,
	OPERATION_TRUNCATE,
	OPERATION_CHMOD,
	OPERATION_CHOWN,
	OPERATION_MAP,
	OPERATION_BIND,
	OPERATION_LISTEN,
	OPERATION_SOCKET,
	OPERATION_CAPABILITY,
	OPERATION_SYSTEM,
	OPERATION_RECEIVE,
	OPERATION_SETXATTR,
};

/* The question of KIND_SOCKET and of KIND_OPERATION, a byte; NumberQuestion in Java. */
enum socket_sort { SORT_RAW = 1, SORT_PACKET, SORT_UNIX, SORT_NETLINK };
enum system_operation {
	SYSTEM_MOUNT = 1,
	SYSTEM_PTRACE,
	SYSTEM_USER_NAMESPACE,
	SYSTEM_BPF,
	SYSTEM_MODULE_LOAD,
	SYSTEM_KEXEC,
};

/* Verdict words, as the automaton holds them; Verdict in Java. */
#define VERDICT_REFUSE 1u
#define VERDICT_KILL 2u
#define VERDICT_REPORT 4u
#define VERDICT_RULE_SHIFT 8

/* How it ended; Verdict in event.proto. */
enum outcome {
	OUTCOME_BLOCKED = 1,
	OUTCOME_KILLED,
	OUTCOME_WOULD_BLOCK,
	OUTCOME_WOULD_KILL,
	OUTCOME_AUDITED,
};

/* Of a record that is no event. */
#define OUTCOME_NONE 0

#define LANE_ENFORCE 0
#define LANE_AUDIT 1
#define LANES 2

/* Cells that a table begins with, the classes of bytes; all tables are put at multiples of it. */
#define CLASS_CELLS 64
/* A cell of an automaton: a column, and below it a cell of the same table; Cell in Java. */
#define CELL_TARGET_BITS 23
#define CELL_TARGET_MASK ((1u << CELL_TARGET_BITS) - 1)
/* Columns of a state: its base, with 0 above it; its verdicts; a successor a byte class. */
#define COLUMN_END 1
#define COLUMN_FIRST_CLASS 2

/* No start state: nothing forbids or reports this kind. */
#define NO_START 0

/*
 * The question "may this peer be sent to", or "may this local address be listened
 * at"; EgressQuestion in Java.
 */
struct egress_question {
	u8 protocol;
	u8 family; /* 4 or 6 */
	u8 address[16]; /* IPv4 as ::ffff:a.b.c.d */
	u8 port[2]; /* big endian */
};

/* Key of the map that says which scope a pair of namespaces belongs to. */
struct namespaces {
	u32 mount;
	u32 pid;
};

/*
 * A scope's number is its index in `scopes` and, above it, how often that index was
 * given out before. A task that still carries an old number is told apart.
 */
#define SCOPE_INDEX_BITS 12
#define SCOPE_INDEX_MASK ((1u << SCOPE_INDEX_BITS) - 1)

/* Scopes with a meaning of their own. */
enum reserved_scope {
	SCOPE_HOST, /* under no policy; its entry in `scopes` is never used */
	SCOPE_CONTAINERS, /* without a cluster: what no key names */
	SCOPE_SANDBOX, /* what holds a pod's namespaces: its entrypoint, then nothing */
	SCOPE_UNTOLD, /* of a pod that nobody told of while no agent was there to ask */
	SCOPE_COUNT, /* the first number that is free */
};

/* A pod's name in those of its cgroups: the 32 digits of its UID, or of its config hash. */
struct pod_uid {
	u8 digits[32];
};

/* A container's name in that of its cgroup, as the runtime gave it: 64 digits. */
struct container_id {
	u8 digits[64];
};

/*
 * A scope: one container. Replacing its rule set is the store to rule_set. In every
 * version at most 256 bytes, and all zeros mean "no rules": so any agent can lift
 * what any other left behind.
 */
struct scope {
	u32 number;
	u32 rule_set; /* index into rule_sets; 0 is the empty rule set */
	u32 seen; /* control.round of the last count that found a task in it */
	u32 padding;
	/* Whose it is; for an agent that comes after. Zeros where it is no pod's. */
	struct pod_uid pod;
	struct container_id container;
};

/* What a pair of namespaces belongs to. */
struct binding {
	u32 scope;
	/*
	 * Where not 0: holds only for tasks whose cgroup at this level has this id.
	 * Namespace numbers are used again, cgroup ids are not.
	 */
	u32 level;
	u64 cgroup;
};

/* A pod that the agent was told of. */
struct pod {
	u32 scope; /* of its containers that are not told apart yet */
};

/* A task that waits in its execve until the agent knows what it is. */
struct held {
	struct pod_uid pod;
	struct container_id container; /* zeros where the cgroup names none */
	u64 since; /* nanoseconds since boot */
};

/* What the agent tells the programs, and a program the others. */
struct control {
	/*
	 * Nanoseconds since boot until which the agent promises to look after what is
	 * held. It moves this on while it lives.
	 */
	u64 hold_until;
	/* Address of the root directory of PID 1: where a runtime's helpers still are. */
	u64 host_root;
	/* Of the count of scopes that have tasks. */
	u32 round;
	/* The agent's process, as the host counts. Its promise ends when it does. */
	u32 agent;
	u64 agent_started; /* task_struct.start_time: numbers are used again */
};

/*
 * A rule set in the kernel. What it refers to lies in the automaton map, all of it
 * told by its distance from `first`, in cells: the automaton's table, then where
 * questions begin, then verdicts for what has no path (Starts in Java).
 */
struct rule_set {
	u8 id[32]; /* content hash: same id, same meaning, byte for byte */
	u32 number; /* told in events; never used twice while an agent runs */
	u32 first; /* cell of its table, a multiple of CLASS_CELLS */
	u32 cells; /* from there on; 0 where there is no rule set */
	u32 counters; /* index of rule 0's counter */
	u32 rules;
	u32 starts; /* start state, or NO_START, at (class * OWNERS + owner) * KIND_COUNT + kind */
	u32 unresolved; /* verdict where no path can be told, at (class * KIND_COUNT + kind) * LANES + lane */
	u32 classes; /* of subjects */
	u32 unknown; /* the class of a subject that cannot be told */
	u32 subject; /* where the path of a subject begins; NO_START where there is one class */
	u32 asked; /* a bit for each kind that has a start state for anybody */
	u32 owned; /* a bit for each kind for which it matters who owns the file */
};

/* What a rule did, since it was loaded. Exact: only ever added to atomically. */
struct rule_counter {
	u64 blocked;
	u64 killed;
	u64 would_block; /* would-kill included */
	u64 audited;
};

/* What the agent must know of its own limits; one u64 each, added atomically. */
enum statistic {
	STATISTIC_EVENTS_DROPPED, /* the ring buffer had no room for them */
	STATISTIC_EVENTS_SUPPRESSED, /* more of the same than their budget allows */
	STATISTIC_SCRATCH_EXHAUSTED, /* refused for want of scratch memory */
	STATISTIC_PATH_UNRESOLVED, /* judged by rule_set.unresolved */
	STATISTIC_PATH_RACED, /* of these: renames or mounts never let up */
	STATISTIC_STATE_FAILED, /* refused, or fork failed: no task storage */
	STATISTIC_SUBJECTS_FULL, /* a subject's path could not be remembered: it is unknown */
	STATISTIC_SCOPE_GONE, /* refused: the task's scope was given to another container */
	STATISTIC_HELD, /* execs that waited for the agent */
	STATISTIC_NOT_HELD, /* execs that should have waited, with no agent there or no room */
	STATISTIC_SIGNALS_REFUSED, /* of containers, to the agent */
	STATISTIC_COUNT,
};

/* What a task is, in its task storage. Only the task itself writes it. */
struct task_state {
	u32 scope;
	u32 flags; /* TASK_* */
	u64 subject; /* FNV-1a of the executable's path, or SUBJECT_* */
	/*
	 * The subject's class in the rule set whose id begins so; 0 where none was looked
	 * up. By content: numbers of rule sets are used again by the next agent.
	 */
	u64 class_rules;
	u32 class;
	u32 padding;
	/* The file that an open is about to truncate: path_truncate of 6.1 is called for it too. */
	u64 truncating;
};

#define TASK_CLASSIFIED 1u
/* It has executed something in its scope. */
#define TASK_EXECUTED 2u

/* Executed before an agent was there, or its path could not be told. */
#define SUBJECT_UNKNOWN 0
/* A program of the host's, which has entered a container: no rule names it. */
#define SUBJECT_OUTSIDE 1

struct subject {
	u32 length; /* of the whole path; more than SUBJECT_LIMIT if cut */
	u8 path[SUBJECT_LIMIT]; /* its end, up to the last byte; what is before it is of no meaning */
};

/* Bytes of an exec's arguments that an event can have, each with the NUL behind it. */
#define ARGUMENTS_LIMIT 1024

/*
 * One record of the ring buffer; `length` bytes of detail follow it, and behind them
 * `arguments` bytes. With outcome OUTCOME_NONE it says only that there is something
 * in `held`.
 */
struct event {
	u64 time; /* nanoseconds since boot, suspended time included */
	u64 subject;
	u64 parent_subject;
	u32 scope;
	u32 rule_set; /* its number */
	u32 rule;
	u32 pid;
	u32 tid;
	u32 uid;
	u32 parent_pid;
	u32 mount_namespace;
	u32 pid_namespace;
	u32 suppressed; /* events of its budget that were not told since the last one */
	u8 comm[16];
	u8 outcome;
	u8 operation;
	u8 unresolved;
	u8 kind; /* of the detail: a path, an egress_question, or one byte */
	u32 length;
	u32 arguments;
	u32 arguments_cut; /* 1 if these are not all, or could not be read */
};

/* Which agent the pinned maps belong to. */
struct pin_info {
	u32 abi;
	u32 agent_pid;
	u8 build[32]; /* SHA-256 of the object that the programs came from */
};

#endif
