// SPDX-License-Identifier: Apache-2.0
/* Other tasks, the kernel, mounts, and the task's own state. */
#define _GNU_SOURCE
#include <errno.h>
#include <fcntl.h>
#include <grp.h>
#include <limits.h>
#include <linux/bpf.h>
#include <linux/mount.h>
#include <sched.h>
#include <signal.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ptrace.h>
#include <sys/syscall.h>
#include <sys/uio.h>
#include <sys/wait.h>
#include <unistd.h>

#include "attempt.h"

/* Not <sys/mount.h>: it and <linux/mount.h> define the same names. */
extern int mount(const char *, const char *, const char *, unsigned long, const void *);
extern int umount2(const char *, int);
#define DETACH 2

/* Does something to a child that waits: "attach", "seize", "memory", "proc", "traceme". */
static void try_trace(const char *how)
{
	char file[64], byte = 0;
	struct iovec local = {&byte, 1}, remote = {&byte, 1};
	int told[2], status;
	long value = -1;
	pid_t child;

	if (pipe2(told, O_CLOEXEC))
		_exit(3);
	child = fork();
	if (!child) {
		int failed = !strcmp(how, "traceme") && ptrace(PTRACE_TRACEME, 0, 0, 0) ? errno : 0;

		if (write(told[1], &failed, sizeof(failed)) < 0)
			_exit(3);
		pause();
		_exit(0);
	}
	close(told[1]);
	if (read(told[0], &status, sizeof(status)) != sizeof(status)) {
		waitpid(child, &status, 0);
		close(told[0]);
		print_status(status, "trace, asking to be traced");
		return;
	}
	if (!strcmp(how, "traceme")) {
		errno = status;
		value = status ? -1 : 0;
	} else if (!strcmp(how, "attach")) {
		value = ptrace(PTRACE_ATTACH, child, 0, 0);
		if (!value)
			waitpid(child, &status, WUNTRACED);
	} else if (!strcmp(how, "seize")) {
		value = ptrace(PTRACE_SEIZE, child, 0, 0);
	} else if (!strcmp(how, "memory")) {
		value = process_vm_writev(child, &local, 1, &remote, 1, 0);
	} else if (!strcmp(how, "proc")) {
		snprintf(file, sizeof(file), "/proc/%d/mem", child);
		value = open(file, O_RDWR | O_CLOEXEC);
		if (value >= 0)
			close(value);
	} else {
		fail_usage("trace: attach, seize, memory, proc, traceme");
	}
	result(value, "trace(%s)", how);
	status = last_errno;
	kill(child, SIGKILL);
	waitpid(child, 0, 0);
	last_errno = status;
	close(told[0]);
}

static void try_bpf(void)
{
	union bpf_attr attribute = {
		.map_type = BPF_MAP_TYPE_ARRAY,
		.key_size = 4,
		.value_size = 4,
		.max_entries = 1,
	};
	int fd = syscall(SYS_bpf, BPF_MAP_CREATE, &attribute, sizeof(attribute));

	result(fd, "bpf(BPF_MAP_CREATE)");
	if (fd >= 0)
		close(fd);
}

/* How much the kernel's verifier had to look at, for each program loaded. */
static void print_programs(void)
{
	union bpf_attr attribute;
	unsigned int id = 0;

	while (true) {
		struct bpf_prog_info info = {};
		char text[64];
		int fd;

		memset(&attribute, 0, sizeof(attribute));
		attribute.start_id = id;
		if (syscall(SYS_bpf, BPF_PROG_GET_NEXT_ID, &attribute, sizeof(attribute)))
			return;
		id = attribute.next_id;
		memset(&attribute, 0, sizeof(attribute));
		attribute.prog_id = id;
		fd = syscall(SYS_bpf, BPF_PROG_GET_FD_BY_ID, &attribute, sizeof(attribute));
		if (fd < 0)
			continue;
		memset(&attribute, 0, sizeof(attribute));
		attribute.info.bpf_fd = fd;
		attribute.info.info_len = sizeof(info);
		attribute.info.info = (uintptr_t)&info;
		if (!syscall(SYS_bpf, BPF_OBJ_GET_INFO_BY_FD, &attribute, sizeof(attribute))) {
			snprintf(text, sizeof(text), "%u", info.verified_insns);
			result_text(text, "%s", info.name);
		}
		close(fd);
	}
}

/* Writes another version into what an agent pinned to be known by. */
static void stamp(const char *pin, unsigned int version)
{
	unsigned int key = 0, info[2] = {version};
	union bpf_attr attribute;
	int fd;

	memset(&attribute, 0, sizeof(attribute));
	attribute.pathname = (uintptr_t)pin;
	fd = syscall(SYS_bpf, BPF_OBJ_GET, &attribute, sizeof(attribute));
	if (fd < 0) {
		result(-1, "bpf(BPF_OBJ_GET, \"%s\")", pin);
		return;
	}
	memset(&attribute, 0, sizeof(attribute));
	attribute.map_fd = fd;
	attribute.key = (uintptr_t)&key;
	attribute.value = (uintptr_t)info;
	result(syscall(SYS_bpf, BPF_MAP_UPDATE_ELEM, &attribute, sizeof(attribute)),
	       "bpf(BPF_MAP_UPDATE_ELEM, \"%s\", %u)", pin, version);
	close(fd);
}

/* With what is none: a kernel that would take it says ENOEXEC. */
static void try_module(const char *path)
{
	int fd;

	if (!path) {
		static char none[4096];

		result(syscall(SYS_init_module, none, sizeof(none), ""), "init_module()");
		return;
	}
	fd = open(path, O_RDONLY | O_CLOEXEC);
	result(syscall(SYS_finit_module, fd, "", 0), "finit_module(\"%s\")", path);
	close(fd);
}

static void try_kexec(const char *path)
{
	int fd = open(path, O_RDONLY | O_CLOEXEC);

	result(syscall(SYS_kexec_file_load, fd, -1, 1, "", 1UL << 2 /* NO_INITRAMFS */),
	       "kexec_file_load(\"%s\")", path);
	close(fd);
}

/* Takes back an image that nobody loaded: the kernel asks as if to load one. */
static void try_kexec_memory(void)
{
	result(syscall(SYS_kexec_load, 0, 0, 0, 0), "kexec_load()");
}

static void mount_overlay(const char *upper, const char *lower, const char *at)
{
	char layers[2 * PATH_MAX];

	snprintf(layers, sizeof(layers), "lowerdir=%s:%s", upper, lower);
	result(mount("overlay", at, "overlay", 0, layers), "mount(overlay, \"%s\")", at);
}

/* As mount(2) with MS_MOVE, by the newer call. */
static void try_move_mount(const char *from, const char *to)
{
	result(syscall(SYS_move_mount, AT_FDCWD, from, AT_FDCWD, to, 0),
	       "move_mount(\"%s\", \"%s\")", from, to);
}

static void do_unshare(const char *kind)
{
	int flags = 0;

	if (strstr(kind, "user"))
		flags |= CLONE_NEWUSER;
	if (strstr(kind, "mnt"))
		flags |= CLONE_NEWNS;
	if (strstr(kind, "pid"))
		flags |= CLONE_NEWPID;
	if (!flags)
		fail_usage("unshare: user, mnt, pid, or several with +");
	result(unshare(flags), "unshare(%s)", kind);
}

/* Makes `dir` the root of this mount namespace and lets go of the old one. */
static void do_pivot(const char *dir)
{
	int value = mount(0, "/", 0, MS_REC | MS_PRIVATE, 0);

	value = value ?: mount(dir, dir, 0, MS_BIND, 0);
	value = value ?: chdir(dir);
	value = value ?: syscall(SYS_pivot_root, ".", ".");
	value = value ?: umount2(".", DETACH);
	value = value ?: chdir("/");
	result(value, "pivot_root(\"%s\")", dir);
}

/* Moves this process into a cgroup, as a container runtime does. */
static void do_cgroup(const char *dir)
{
	char file[PATH_MAX];
	int fd, value = -1;

	snprintf(file, sizeof(file), "%s/cgroup.procs", dir);
	fd = open(file, O_WRONLY);
	if (fd >= 0) {
		value = write(fd, "0", 1) == 1 ? 0 : -1;
		close(fd);
	}
	result(value, "write(\"%s\", \"0\")", file);
}

static void do_chroot(const char *dir)
{
	result(chroot(dir) ?: chdir("/"), "chroot(\"%s\")", dir);
}

static void do_setuid(int user)
{
	result(setgroups(0, 0) ?: setresgid(user, user, user) ?: setresuid(user, user, user),
	       "setresuid(%d)", user);
}

bool run_system(const char *name, char **arguments)
{
	if (IS("trace"))
		try_trace(A);
	else if (IS("bpf"))
		try_bpf();
	else if (IS("module"))
		try_module(arguments[0]);
	else if (IS("kexec"))
		try_kexec(A);
	else if (IS("kexecmemory"))
		try_kexec_memory();
	else if (IS("programs"))
		print_programs();
	else if (IS("stamp"))
		stamp(A, atoi(B));
	else if (IS("bind"))
		result(mount(A, B, 0, MS_BIND, 0), "mount(\"%s\", \"%s\", MS_BIND)", A, B);
	else if (IS("overlay"))
		mount_overlay(A, B, C);
	else if (IS("tmpfs"))
		result(mount("tmpfs", A, "tmpfs", 0, 0), "mount(tmpfs, \"%s\")", A);
	else if (IS("proc"))
		result(mount("proc", A, "proc", 0, 0), "mount(proc, \"%s\")", A);
	else if (IS("private"))
		result(mount(0, A, 0, MS_REC | MS_PRIVATE, 0), "mount(\"%s\", MS_PRIVATE)", A);
	else if (IS("umount"))
		result(umount2(A, DETACH), "umount(\"%s\", MNT_DETACH)", A);
	else if (IS("pivotroot"))
		result(syscall(SYS_pivot_root, A, A), "pivot_root(\"%s\")", A);
	else if (IS("movemount"))
		try_move_mount(A, B);
	else if (IS("chroot"))
		do_chroot(A);
	else if (IS("unshare"))
		do_unshare(A);
	else if (IS("setuid"))
		do_setuid(atoi(A));
	else if (IS("cgroup"))
		do_cgroup(A);
	else if (IS("pivot"))
		do_pivot(A);
	else if (IS("hostname"))
		result(sethostname("guest", 5), "sethostname(\"guest\")");
	else if (IS("signal"))
		result(kill(atoi(A), atoi(B)), "kill(%s, %s)", A, B);
	else if (IS("chdir"))
		result(chdir(A), "chdir(\"%s\")", A);
	else
		return false;
	return true;
}
