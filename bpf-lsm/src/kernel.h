/* SPDX-License-Identifier: GPL-2.0-only OR Apache-2.0 */
/*
 * The kernel types the programs touch, and of each only the members they read.
 * Offsets do not matter here: preserve_access_index makes the loader relocate
 * every access against the running kernel's BTF (CO-RE), and a member that a
 * kernel lacks is an error at load, never a wrong read. This replaces the
 * generated header of some 130,000 lines.
 *
 * Offsets do move: ns_common.inum went from 16 to 88, file.f_path from 16 to 64
 * and linux_binprm.file from 64 to 88 between 6.1 and 7.3.
 */
#ifndef PORTCULLIS_KERNEL_H
#define PORTCULLIS_KERNEL_H

#include <linux/types.h>

typedef __u64 u64;
typedef __u32 u32;
typedef __u16 u16;
typedef __u8 u8;

#define CORE __attribute__((preserve_access_index))

struct qstr {
	u64 hash_len; /* hash below, length above (little endian) */
	const unsigned char *name;
} CORE;

/* A user as the kernel counts, whatever user namespace asks. */
typedef struct {
	unsigned int val;
} CORE kuid_t;

struct inode {
	unsigned short i_mode;
	kuid_t i_uid;
} CORE;

struct super_block;

struct dentry {
	struct dentry *d_parent;
	struct qstr d_name;
	struct inode *d_inode;
	struct super_block *d_sb;
} CORE;

struct cred {
	kuid_t fsuid;
} CORE;

struct vfsmount {
	struct dentry *mnt_root;
} CORE;

struct ns_common {
	unsigned int inum;
} CORE;

struct mnt_namespace {
	struct ns_common ns;
} CORE;

struct mount {
	struct mount *mnt_parent;
	struct dentry *mnt_mountpoint;
	struct vfsmount mnt;
	struct mnt_namespace *mnt_ns;
} CORE;

struct list_head {
	struct list_head *next;
} CORE;

/* All mounts of a file system, on kernels before 6.18. */
struct super_block___list {
	struct list_head s_mounts;
} CORE;

struct mount___list {
	struct list_head mnt_instance;
} CORE;

/* The same from 6.18 on. */
struct super_block___chain {
	struct mount *s_mounts;
} CORE;

struct mount___chain {
	struct mount *mnt_next_for_sb;
} CORE;

struct path {
	struct vfsmount *mnt;
	struct dentry *dentry;
} CORE;

struct file {
	unsigned int f_mode;
	unsigned int f_flags;
	struct path f_path;
} CORE;

struct vm_area_struct {
	unsigned long vm_flags;
	struct file *vm_file;
} CORE;

struct linux_binprm {
	struct file *file;
} CORE;

struct pid_namespace {
	struct ns_common ns;
} CORE;

struct upid {
	int nr;
	struct pid_namespace *ns;
} CORE;

struct pid {
	unsigned int level;
	struct upid numbers[1];
} CORE;

struct nsproxy {
	struct mnt_namespace *mnt_ns;
} CORE;

struct fs_struct {
	struct path root;
} CORE;

struct kernfs_node {
	const char *name;
	u64 id;
} CORE;

struct cgroup {
	struct kernfs_node *kn;
	int level;
	/* From the root, level 0, to the cgroup itself. */
	struct cgroup *ancestors[];
} CORE;

struct css_set {
	/* In the one hierarchy of cgroup v2. */
	struct cgroup *dfl_cgrp;
} CORE;

struct hlist_node {
	struct hlist_node *next;
} CORE;

struct hlist_head {
	struct hlist_node *first;
} CORE;

struct bpf_local_storage_map;

struct bpf_local_storage_data {
	struct bpf_local_storage_map *smap;
	u8 data[];
} CORE;

/* What one map has stored for a task: one of its list. */
struct bpf_local_storage_elem {
	struct hlist_node snode;
	struct bpf_local_storage_data sdata;
} CORE;

struct bpf_local_storage {
	struct hlist_head list;
} CORE;

struct signal_struct {
	unsigned int flags;
} CORE;

struct task_struct {
	struct signal_struct *signal;
	struct nsproxy *nsproxy;
	struct pid *thread_pid;
	struct fs_struct *fs;
	struct css_set *cgroups;
	const struct cred *real_cred;
	const struct cred *cred;
	unsigned int flags;
	unsigned in_execve : 1;
	struct task_struct *real_parent;
	int tgid;
	struct task_struct *group_leader;
	u64 start_time; /* nanoseconds since boot, without those asleep */
	struct bpf_local_storage *bpf_storage;
} CORE;

#ifdef __TARGET_ARCH_x86
struct pt_regs {
	unsigned long si;
	unsigned long dx;
	unsigned long orig_ax;
	unsigned long cs;
} CORE;
#endif

struct kernel_siginfo;
struct user_namespace;

struct seq_file;

struct bpf_iter_meta {
	struct seq_file *seq;
	u64 session_id;
	u64 seq_num;
} CORE;

struct bpf_iter__task {
	struct bpf_iter_meta *meta;
	struct task_struct *task;
} CORE;

struct in6_addr {
	u8 s6_addr[16];
};

struct sock_common {
	u32 skc_rcv_saddr;
	unsigned short skc_num; /* local port, in the machine's byte order */
	unsigned short skc_family;
	struct in6_addr skc_v6_rcv_saddr;
} CORE;

/* What files the kernel reads for, and what it takes from memory; numbers differ by version. */
enum kernel_read_file_id {
	READING_MODULE = 2,
	READING_KEXEC_IMAGE = 3,
	READING_KEXEC_INITRAMFS = 4
};
enum kernel_load_data_id { LOADING_MODULE = 2, LOADING_KEXEC_IMAGE = 3 };

struct sock {
	struct sock_common __sk_common;
	u8 sk_kern_sock : 1;
	u16 sk_type;
	u16 sk_protocol;
} CORE;

struct socket {
	struct sock *sk;
} CORE;

struct unix_sock {
	struct path path; /* of the name that it is bound to; zeros where there is none */
} CORE;

struct sockaddr {
	unsigned short sa_family;
} CORE;

struct msghdr {
	void *msg_name;
	int msg_namelen;
	void *msg_control; /* the kernel's copy already */
	u64 msg_controllen;
	unsigned int msg_flags;
} CORE;

/* Values of the kernel's that its own headers for user space do not give. */
#define FMODE_READ 0x1
#define FMODE_WRITE 0x2
/*
 * Set on files that the kernel opens for itself beneath another file: the layer
 * under an overlay. The overlay's own file was judged already. Same bit on all
 * kernels from 5.10 to 7.3; user space cannot set it.
 */
#define FMODE_NOACCOUNT 0x20000000

/* The open made the file: path_mknod was asked. Same bit on all kernels from 5.10 to 7.3. */
#define FMODE_CREATED 0x100000

#define PROT_EXEC 4
#define VM_EXEC 4
#define PTRACE_MODE_ATTACH 2
#define PTRACE_MODE_NOAUDIT 4
#define CAP_OPT_NOAUDIT 2

#define O_TRUNC 01000
#define S_IFMT 0170000
#define S_IFDIR 0040000
#define RENAME_EXCHANGE 2
#define AF_UNSPEC 0
#define AF_UNIX 1
#define AF_NETLINK 16
#define AF_INET 2
#define AF_INET6 10
#define AF_PACKET 17
#define SOCK_RAW 3
#define IPPROTO_TCP 6
#define IPPROTO_UDP 17
#define IPPROTO_DCCP 33
#define IPPROTO_SCTP 132
#define IPPROTO_UDPLITE 136
#define IPPROTO_MPTCP 262
#define MSG_FASTOPEN 0x20000000
#define SOCKADDR_IN_SIZE 16 /* bytes */
#define SOCKADDR_IN6_SIZE 28
/* Of <linux/sctp.h>: what a task asks of a socket, and what a message's control data may be. */
#define SCTP_SOCKOPT_BINDX_ADD 100
#define SCTP_SOCKOPT_CONNECTX 110
#define SCTP_DSTADDRV4 7
#define SCTP_DSTADDRV6 8
#define PF_KTHREAD 0x00200000
#define SIGNAL_GROUP_EXIT 0x00000004
#define SIGKILL 9
#define SIGSTOP 19
/* What a system call returns that is to be made once more after a stop; never seen outside the kernel. */
#define ERESTARTNOINTR 513
#define EPERM 1
#define EACCES 13
#define ENOMEM 12
#define MAX_ERRNO 4095

#endif
