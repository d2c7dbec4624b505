// SPDX-License-Identifier: Apache-2.0
/* Ways to a file, or to another identity, that few programs take. */
#define _GNU_SOURCE
#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <linux/io_uring.h>
#include <sched.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/prctl.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <unistd.h>

#include "attempt.h"

/* The descriptor of the file in the child of hold_open(). */
#define HELD 101
/* AT_EXECVE_CHECK: from 6.14 on. */
#define EXECVE_CHECK 0x10000
/* In which variable its pid outlasts an execve. */
#define HOLDER "ATTEMPT_HOLDER"

static void open_by_handle(const char *path)
{
	struct {
		struct file_handle handle;
		char bytes[MAX_HANDLE_SZ];
	} file = {.handle.handle_bytes = MAX_HANDLE_SZ};
	char parent[PATH_MAX];
	int mount_id, directory, fd = -1;

	snprintf(parent, sizeof(parent), "%s", path);
	*strrchr(parent, '/') = 0;
	directory = open(parent, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
	if (directory >= 0 && !name_to_handle_at(AT_FDCWD, path, &file.handle, &mount_id, 0))
		fd = open_by_handle_at(directory, &file.handle, O_RDONLY | O_CLOEXEC);
	result(fd, "open_by_handle_at(\"%s\")", path);
	if (fd >= 0)
		close(fd);
	if (directory >= 0)
		close(directory);
}

static void check_execution(const char *path)
{
	char *arguments[] = {0};
	int fd = open(path, O_PATH | O_CLOEXEC);
	long value =
		syscall(SYS_execveat, fd, "", arguments, arguments, AT_EMPTY_PATH | EXECVE_CHECK);

	result(value, "execveat(\"%s\", AT_EXECVE_CHECK)", path);
	close(fd);
}

static long submit_and_wait(int ring, const struct io_uring_params *sizes,
			    struct io_uring_sqe *entry)
{
	size_t length = sizes->sq_off.array + sizes->sq_entries * sizeof(unsigned);
	size_t results = sizes->cq_off.cqes + sizes->cq_entries * sizeof(struct io_uring_cqe);
	char *queue;
	struct io_uring_sqe *entries;

	if (results > length)
		length = results;
	/* One mapping holds both queues: IORING_FEAT_SINGLE_MMAP, from 5.4 on. */
	queue = mmap(0, length, PROT_READ | PROT_WRITE, MAP_SHARED | MAP_POPULATE, ring,
		     IORING_OFF_SQ_RING);
	entries = mmap(0, sizes->sq_entries * sizeof(*entries), PROT_READ | PROT_WRITE,
		       MAP_SHARED | MAP_POPULATE, ring, IORING_OFF_SQES);
	if (queue == MAP_FAILED || entries == MAP_FAILED)
		return -errno;
	entries[0] = *entry;
	*(unsigned *)(queue + sizes->sq_off.array) = 0;
	__atomic_store_n((unsigned *)(queue + sizes->sq_off.tail), 1, __ATOMIC_RELEASE);
	if (syscall(SYS_io_uring_enter, ring, 1, 1, IORING_ENTER_GETEVENTS, 0, 0) < 0)
		return -errno;
	return ((struct io_uring_cqe *)(queue + sizes->cq_off.cqes))->res;
}

/* Makes one call; below 0 for an error, which errno tells. */
static long call_by_ring(struct io_uring_sqe *entry)
{
	struct io_uring_params sizes = {};
	int ring = syscall(SYS_io_uring_setup, 1, &sizes);
	long value = ring < 0 ? -errno : submit_and_wait(ring, &sizes, entry);

	if (ring >= 0)
		close(ring);
	if (value >= 0)
		return value;
	errno = -value;
	return -1;
}

static void open_by_ring(const char *path, bool worker)
{
	struct io_uring_sqe entry = {.opcode = IORING_OP_OPENAT,
				     .flags = worker ? IOSQE_ASYNC : 0,
				     .fd = AT_FDCWD,
				     .addr = (unsigned long)path,
				     .open_flags = O_RDONLY | O_CLOEXEC};
	long value = call_by_ring(&entry);

	result(value, "io_uring openat(\"%s\")", path);
	if (value >= 0)
		close(value);
}

static void unlink_by_ring(const char *path)
{
	struct io_uring_sqe entry = {
		.opcode = IORING_OP_UNLINKAT, .fd = AT_FDCWD, .addr = (unsigned long)path};

	result(call_by_ring(&entry), "io_uring unlinkat(\"%s\")", path);
}

static void rename_by_ring(const char *from, const char *to)
{
	struct io_uring_sqe entry = {.opcode = IORING_OP_RENAMEAT,
				     .fd = AT_FDCWD,
				     .addr = (unsigned long)from,
				     .len = AT_FDCWD,
				     .off = (unsigned long)to};

	result(call_by_ring(&entry), "io_uring renameat(\"%s\", \"%s\")", from, to);
}

static void connect_by_ring(const char *address)
{
	struct peer peer = parse_peer(address, true);
	int fd = socket(peer.family, SOCK_STREAM | SOCK_CLOEXEC, 0);
	struct io_uring_sqe entry = {.opcode = IORING_OP_CONNECT,
				     .fd = fd,
				     .addr = (unsigned long)&peer.address,
				     .off = peer.length};

	result(fd < 0 ? -1 : call_by_ring(&entry), "io_uring connect(%s)", address);
	if (fd >= 0)
		close(fd);
}

static void hold_open(const char *path)
{
	int fd = open(path, O_RDONLY | O_CLOEXEC);
	char pid[16];
	pid_t child;

	if (fd < 0) {
		result(-1, "open(\"%s\"), to hold it", path);
		return;
	}
	child = fork();
	if (!child) {
		prctl(PR_SET_PDEATHSIG, SIGKILL);
		dup2(fd, HELD);
		sleep(WAIT_SECONDS);
		_exit(0);
	}
	close(fd);
	snprintf(pid, sizeof(pid), "%d", child);
	setenv(HOLDER, pid, 1);
	result(child, "fork(), holding \"%s\"", path);
}

static void take_from_holder(void)
{
	const char *pid = getenv(HOLDER);
	int process = pid ? (int)syscall(SYS_pidfd_open, atoi(pid), 0) : -1;
	int fd = -1, tries = WAIT_SECONDS * 1000 / (POLL_MICROSECONDS / 1000);
	char byte;

	/* EBADF: the child has not got it to its place yet. */
	do {
		if (process >= 0)
			fd = syscall(SYS_pidfd_getfd, process, HELD, 0);
	} while (fd < 0 && errno == EBADF && process >= 0 && tries-- && !usleep(POLL_MICROSECONDS));
	result(fd < 0 ? -1 : read(fd, &byte, 1), "pidfd_getfd(holder)");
	if (fd >= 0)
		close(fd);
	if (process >= 0)
		close(process);
}

/* Puts memory without a file in place of what is mapped of this program's. */
static int detach_from_file(unsigned long begin, unsigned long end, int protection)
{
	size_t length = end - begin;
	void *copy = mmap(0, length, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);

	if (copy == MAP_FAILED)
		return -1;
	memcpy(copy, (void *)begin, length);
	if (mprotect(copy, length, protection))
		return -1;
	return mremap(copy, length, length, MREMAP_MAYMOVE | MREMAP_FIXED, (void *)begin) ==
			       MAP_FAILED
		       ? -1
		       : 0;
}

/* The kernel changes what /proc/PID/exe tells only when nothing is mapped of the file before. */
static void pose_as(const char *path)
{
	char self[PATH_MAX] = "", line[PATH_MAX + 128], *map = 0, *next;
	size_t length = 0;
	ssize_t count;
	FILE *maps = fopen("/proc/self/maps", "re");
	int fd, value = -1;

	if (readlink("/proc/self/exe", self, sizeof(self) - 1) < 0 || !maps ||
	    (count = getdelim(&map, &length, 0, maps)) < 0) {
		result(-1, "/proc/self/maps");
		return;
	}
	fclose(maps);
	for (next = strtok(map, "\n"); next; next = strtok(0, "\n")) {
		unsigned long begin, end;
		char flags[8];

		snprintf(line, sizeof(line), "%s", next);
		if (sscanf(line, "%lx-%lx %4s", &begin, &end, flags) == 3 && strstr(line, self) &&
		    detach_from_file(begin, end,
				     (flags[0] == 'r' ? PROT_READ : 0) |
					     (flags[1] == 'w' ? PROT_WRITE : 0) |
					     (flags[2] == 'x' ? PROT_EXEC : 0))) {
			result(-1, "mremap(%s)", line);
			return;
		}
	}
	free(map);
	fd = open(path, O_RDONLY | O_CLOEXEC);
	if (fd >= 0)
		value = prctl(PR_SET_MM, PR_SET_MM_EXE_FILE, fd, 0, 0);
	/* What is believed by those who look in /proc. */
	memset(self, 0, sizeof(self));
	if (!value &&
	    (readlink("/proc/self/exe", self, sizeof(self) - 1) < 0 || strcmp(self, path))) {
		errno = EINVAL;
		value = -1;
	}
	result(value, "prctl(PR_SET_MM_EXE_FILE, \"%s\")", path);
}

static void enter_another_namespace(void)
{
	char path[64], byte = 0;
	int ready[2], namespace, value = -1;
	pid_t child;

	if (pipe2(ready, O_CLOEXEC) || (child = fork()) < 0) {
		result(-1, "fork()");
		return;
	}
	if (!child) {
		prctl(PR_SET_PDEATHSIG, SIGKILL);
		if (unshare(CLONE_NEWNS) || write(ready[1], &byte, 1) != 1)
			_exit(1);
		sleep(WAIT_SECONDS);
		_exit(0);
	}
	close(ready[1]);
	snprintf(path, sizeof(path), "/proc/%d/ns/mnt", child);
	if (read(ready[0], &byte, 1) == 1 && (namespace = open(path, O_RDONLY | O_CLOEXEC)) >= 0) {
		value = setns(namespace, CLONE_NEWNS);
		close(namespace);
	}
	result(value, "setns(%s)", path);
	close(ready[0]);
	kill(child, SIGKILL);
	waitpid(child, 0, 0);
}

bool run_attack(const char *name, char **arguments)
{
	if (IS("handle"))
		open_by_handle(A);
	else if (IS("uring"))
		open_by_ring(A, false);
	else if (IS("uringworker"))
		open_by_ring(A, true);
	else if (IS("uringunlink"))
		unlink_by_ring(A);
	else if (IS("uringrename"))
		rename_by_ring(A, B);
	else if (IS("uringtcp"))
		connect_by_ring(A);
	else if (IS("holder"))
		hold_open(A);
	else if (IS("getfd"))
		take_from_holder();
	else if (IS("exefile"))
		pose_as(A);
	else if (IS("setns"))
		enter_another_namespace();
	else if (IS("checkexec"))
		check_execution(A);
	else
		return false;
	return true;
}
