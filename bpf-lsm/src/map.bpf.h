/* SPDX-License-Identifier: GPL-2.0-only OR Apache-2.0 */
/*
 * Hooks of memory that becomes executable: else `ld.so ./tool` runs a tool that may not
 * be executed. What the kernel maps for an execve, the program and its loader, was
 * judged as that.
 */
#include "judge.h"

/* Judges memory that has no file. Returns JUDGED_* bits. */
__noinline int judge_anonymous(u32 scope)
{
	struct request request = {.scope = scope, .ask = ASK(KIND_MAP, OPERATION_MAP)};
	struct rule_set *rules = rule_set_of(scope);
	const char name[] = {'a', 'n', 'o', 'n', ':'};
	struct scratch *scratch;
	u32 class;
	int judged;

	if (!rules)
		return JUDGED_REFUSED;
	if (!is_asked(rules, KIND_MAP))
		return 0;
	scratch = scratch_claim();
	if (!scratch)
		return JUDGED_REFUSED;
	class = current_class(scratch, rules);
	scratch->begin = PATH_LIMIT - sizeof(name);
	__builtin_memcpy(&scratch->text[PATH_LIMIT - sizeof(name)], name, sizeof(name));
	judged = judge_text(scratch, &request, rules, class);
	scratch_release(scratch);
	return judged;
}

/*
 * Judges what becomes executable: a file, by its kernel address, or 0 for memory that
 * has none. A plain number: 6.12's verifier takes the hook's file for one that is
 * there, and removes a comparison with NULL.
 */
static __always_inline int judge_executable(u64 file)
{
	struct task_struct *task = bpf_get_current_task_btf();
	u32 scope = current_scope(), ask = ASK(KIND_MAP, OPERATION_MAP);
	u64 mount, dentry;

	if (scope == SCOPE_HOST)
		return allow();
	if (bpf_core_field_exists(task->in_execve) && BPF_CORE_READ_BITFIELD(task, in_execve))
		return allow();
	if (scope == SCOPE_UNKNOWN)
		return -EACCES;
	if (!file)
		return answer(judge_anonymous(scope) & JUDGED_REFUSED, -EACCES);
	mount = read_address(file + bpf_core_field_offset(struct file, f_path.mnt));
	dentry = read_address(file + bpf_core_field_offset(struct file, f_path.dentry));
	return answer(judge_path(scope, ask, mount, dentry) & JUDGED_REFUSED, -EACCES);
}

SEC("lsm/mmap_file")
int BPF_PROG(mmap_file, struct file *file, unsigned long requested, unsigned long protection)
{
	return protection & PROT_EXEC ? judge_executable(address_of(file)) : allow();
}

SEC("lsm/file_mprotect")
int BPF_PROG(file_mprotect, struct vm_area_struct *area, unsigned long requested,
	     unsigned long protection)
{
	if (!(protection & PROT_EXEC) || area->vm_flags & VM_EXEC)
		return 0;
	return judge_executable(address_of(area->vm_file));
}
