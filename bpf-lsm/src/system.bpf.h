/* SPDX-License-Identifier: GPL-2.0-only OR Apache-2.0 */
/* Hooks of capabilities, and of what is done to the kernel and to other tasks. */
#include "judge.h"

#define ASK_SYSTEM ASK(KIND_OPERATION, OPERATION_SYSTEM)

/*
 * The capabilities by which the kernel works on files. An overlay does so on behalf of a
 * container's task with the credentials of whoever mounted it; these are not the task's,
 * and refusing them would show it another file system.
 */
#define FILE_CAPABILITIES                                                                          \
	(1ull << 0 /* CHOWN */ | 1ull << 1 /* DAC_OVERRIDE */ | 1ull << 2 /* DAC_READ_SEARCH */ |  \
	 1ull << 3 /* FOWNER */ | 1ull << 4 /* FSETID */ | 1ull << 9 /* LINUX_IMMUTABLE */ |       \
	 1ull << 21 /* SYS_ADMIN */ | 1ull << 24 /* SYS_RESOURCE */ | 1ull << 27 /* MKNOD */ |     \
	 1ull << 31 /* SETFCAP */)

/* Asked only of capabilities that the task has: the kernel's own check comes first. */
SEC("lsm/capable")
int BPF_PROG(capable, const struct cred *cred, struct user_namespace *namespace, int capability,
	     unsigned int options)
{
	struct task_struct *task = bpf_get_current_task_btf();
	u32 ask = ASK(KIND_CAPABILITY, OPERATION_CAPABILITY);

	if (address_of(cred) != address_of(task->real_cred) &&
	    FILE_CAPABILITIES >> (capability & 63) & 1)
		return allow();
	if (options & CAP_OPT_NOAUDIT)
		ask |= ASK_SILENT;
	return answer(refuses_number(ask, capability), -EPERM);
}

/* Looking at a task is not judged: reading /proc is, as a file. */
SEC("lsm/ptrace_access_check")
int BPF_PROG(ptrace_access_check, struct task_struct *child, unsigned int mode)
{
	u32 ask = ASK_SYSTEM;

	if (!(mode & PTRACE_MODE_ATTACH))
		return allow();
	if (mode & PTRACE_MODE_NOAUDIT)
		ask |= ASK_SILENT;
	return answer(refuses_number(ask, SYSTEM_PTRACE), -EPERM);
}

SEC("lsm/ptrace_traceme")
int BPF_PROG(ptrace_traceme, struct task_struct *parent)
{
	return answer(refuses_number(ASK_SYSTEM, SYSTEM_PTRACE), -EPERM);
}

SEC("lsm/sb_mount")
int BPF_PROG(sb_mount)
{
	return answer(refuses_number(ASK_SYSTEM, SYSTEM_MOUNT), -EACCES);
}

SEC("lsm/move_mount")
int BPF_PROG(move_mount)
{
	return answer(refuses_number(ASK_SYSTEM, SYSTEM_MOUNT), -EACCES);
}

SEC("lsm/sb_umount")
int BPF_PROG(sb_umount)
{
	return answer(refuses_number(ASK_SYSTEM, SYSTEM_MOUNT), -EACCES);
}

SEC("lsm/sb_pivotroot")
int BPF_PROG(sb_pivotroot)
{
	return answer(refuses_number(ASK_SYSTEM, SYSTEM_MOUNT), -EACCES);
}

SEC("lsm/userns_create")
int BPF_PROG(userns_create)
{
	return answer(refuses_number(ASK_SYSTEM, SYSTEM_USER_NAMESPACE), -EACCES);
}

SEC("lsm/bpf")
int BPF_PROG(bpf)
{
	return answer(refuses_number(ASK_SYSTEM, SYSTEM_BPF), -EACCES);
}

SEC("lsm/kernel_read_file")
int BPF_PROG(kernel_read_file, struct file *file, enum kernel_read_file_id id)
{
	if (id == bpf_core_enum_value(enum kernel_read_file_id, READING_MODULE))
		return answer(refuses_number(ASK_SYSTEM, SYSTEM_MODULE_LOAD), -EACCES);
	if (id == bpf_core_enum_value(enum kernel_read_file_id, READING_KEXEC_IMAGE) ||
	    id == bpf_core_enum_value(enum kernel_read_file_id, READING_KEXEC_INITRAMFS))
		return answer(refuses_number(ASK_SYSTEM, SYSTEM_KEXEC), -EACCES);
	return 0;
}

SEC("lsm/kernel_load_data")
int BPF_PROG(kernel_load_data, enum kernel_load_data_id id)
{
	if (id == bpf_core_enum_value(enum kernel_load_data_id, LOADING_MODULE))
		return answer(refuses_number(ASK_SYSTEM, SYSTEM_MODULE_LOAD), -EACCES);
	if (id == bpf_core_enum_value(enum kernel_load_data_id, LOADING_KEXEC_IMAGE))
		return answer(refuses_number(ASK_SYSTEM, SYSTEM_KEXEC), -EACCES);
	return 0;
}
