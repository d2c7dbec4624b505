// SPDX-License-Identifier: GPL-2.0-only OR Apache-2.0
/*
 * An empty program on each hook that Portcullis has one on: what the kernel takes for calling
 * programs at all.
 */
#include <linux/bpf.h>
#include <bpf/bpf_helpers.h>

#define EMPTY(hook)                                                                                \
	SEC("lsm/" #hook) int hook(void *context)                                                  \
	{                                                                                          \
		return 0;                                                                          \
	}

EMPTY(bpf)
EMPTY(bprm_check_security)
EMPTY(bprm_committed_creds)
EMPTY(bprm_creds_for_exec)
EMPTY(capable)
EMPTY(file_mprotect)
EMPTY(file_open)
EMPTY(file_receive)
EMPTY(inode_remove_acl)
EMPTY(inode_removexattr)
EMPTY(inode_set_acl)
EMPTY(inode_setxattr)
EMPTY(kernel_load_data)
EMPTY(kernel_read_file)
EMPTY(mmap_file)
EMPTY(move_mount)
EMPTY(path_chmod)
EMPTY(path_chown)
EMPTY(path_link)
EMPTY(path_mkdir)
EMPTY(path_mknod)
EMPTY(path_rename)
EMPTY(path_rmdir)
EMPTY(path_symlink)
EMPTY(path_truncate)
EMPTY(path_unlink)
EMPTY(ptrace_access_check)
EMPTY(ptrace_traceme)
EMPTY(sb_mount)
EMPTY(sb_pivotroot)
EMPTY(sb_umount)
EMPTY(sctp_bind_connect)
EMPTY(socket_bind)
EMPTY(socket_connect)
EMPTY(socket_create)
EMPTY(socket_listen)
EMPTY(socket_sendmsg)
EMPTY(task_alloc)
EMPTY(task_kill)
EMPTY(unix_may_send)
EMPTY(unix_stream_connect)
EMPTY(userns_create)

SEC("tp_btf/sched_process_exit") int task_exit(void *context)
{
	return 0;
}

char _license[] SEC("license") = "Dual BSD/GPL";
