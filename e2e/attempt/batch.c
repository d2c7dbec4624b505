// SPDX-License-Identifier: Apache-2.0
/*
 * Tries many operations for little: they come on standard input, one a line, and an
 * empty line ends a batch. The answer is one line: for each operation the errno with
 * which it ended, 0 for none, or -1 where SIGKILL ended it.
 *
 * Operations run in a child, which says in shared memory how far it came: where a rule
 * kills it, another goes on behind. The parent does nothing that a rule could speak of.
 */
#define _GNU_SOURCE
#include <arpa/inet.h>
#include <errno.h>
#include <fcntl.h>
#include <ftw.h>
#include <netinet/in.h>
#include <sched.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/mount.h>
#include <sys/prctl.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/uio.h>
#include <sys/wait.h>
#include <unistd.h>

#define LIMIT 4096
#define KILLED -1

/* What the child tells. */
static struct progress {
	int next;
	int answers[LIMIT];
} *progress;

static char *lines[LIMIT];
static pid_t traced;

static int close_after(int fd)
{
	if (fd < 0)
		return -1;
	close(fd);
	return 0;
}

/* ---- the tree ---- */

static int remove_one(const char *path, const struct stat *status, int type, struct FTW *walk)
{
	(void)status;
	(void)type;
	return walk->level ? remove(path) : 0;
}

static int make_parents(char *path)
{
	for (char *slash = strchr(path + 1, '/'); slash; slash = strchr(slash + 1, '/')) {
		*slash = 0;
		if (mkdir(path, 0755) && errno != EEXIST)
			return -1;
		*slash = '/';
	}
	return 0;
}

/* "OWNER PATH". Printable bytes: for others the kernel would look for a module that executes them. */
static int make_file(char *text)
{
	char *path = strchr(text, ' ') + 1;
	int owner = atoi(text), fd;

	if (make_parents(path))
		return -1;
	fd = open(path, O_CREAT | O_WRONLY | O_CLOEXEC, 0777);
	if (fd < 0 || write(fd, "none", 4) != 4 || fchmod(fd, 0777) || fchown(fd, owner, owner))
		return -1;
	return close(fd);
}

/* ---- files ---- */

static int map_executable(const char *path)
{
	int fd = open(path, O_RDONLY | O_CLOEXEC), error;
	void *memory;

	if (fd < 0)
		return -1;
	memory = mmap(0, 4096, PROT_READ | PROT_EXEC, MAP_PRIVATE, fd, 0);
	error = errno;
	close(fd);
	errno = error;
	return memory == MAP_FAILED ? -1 : munmap(memory, 4096);
}

static int execute(char *path)
{
	char *arguments[] = {path, 0};

	return execv(path, arguments);
}

/* ---- sockets ---- */

/* "PORT ADDRESS", IPv6 where it has a colon. */
static int use_address(const char *text, int type,
		       int (*use)(int, const struct sockaddr *, socklen_t))
{
	const char *address = strchr(text, ' ') + 1;
	struct sockaddr_in6 v6 = {.sin6_family = AF_INET6, .sin6_port = htons(atoi(text))};
	struct sockaddr_in v4 = {.sin_family = AF_INET, .sin_port = htons(atoi(text))};
	int is_v6 = strchr(address, ':') != 0, one = 1, value, error;
	int fd = socket(is_v6 ? AF_INET6 : AF_INET, type | SOCK_CLOEXEC | SOCK_NONBLOCK, 0);

	if (fd < 0 || inet_pton(is_v6 ? AF_INET6 : AF_INET, address,
				is_v6 ? (void *)&v6.sin6_addr : (void *)&v4.sin_addr) != 1)
		exit(2);
	/* Else the kernel answers EACCES of its own to a broadcast address. */
	setsockopt(fd, SOL_SOCKET, SO_BROADCAST, &one, sizeof(one));
	value = is_v6 ? use(fd, (void *)&v6, sizeof(v6)) : use(fd, (void *)&v4, sizeof(v4));
	error = errno;
	close(fd);
	errno = error;
	return value;
}

static int open_socket(int number)
{
	static const int families[] = {0, AF_INET, AF_PACKET, AF_UNIX, AF_NETLINK};

	return close_after(socket(families[number],
				  (number < 3 ? SOCK_RAW : SOCK_DGRAM) | SOCK_CLOEXEC,
				  number == 1 ? IPPROTO_ICMP : 0));
}

/* ---- the system ---- */

static int read_other(void)
{
	static char byte;
	struct iovec memory = {&byte, 1};

	if (!traced) {
		traced = fork();
		if (!traced) {
			prctl(PR_SET_PDEATHSIG, SIGKILL);
			pause();
			_exit(0);
		}
	}
	return process_vm_readv(traced, &memory, 1, &memory, 1, 0) == 1 ? 0 : -1;
}

/* In a child: the caller is to stay where it is. */
static int make_user_namespace(void)
{
	int status;
	pid_t child = fork();

	if (!child)
		_exit(unshare(CLONE_NEWUSER) ? errno : 0);
	waitpid(child, &status, 0);
	if (WIFSIGNALED(status)) {
		errno = KILLED;
		return -1;
	}
	errno = WEXITSTATUS(status);
	return errno ? -1 : 0;
}

static int use_system(int number)
{
	switch (number) {
	case 1:
		/* Changes nothing. Of propagation the newer kernels ask for the capability twice. */
		return mount(0, "/", 0, MS_REMOUNT | MS_BIND, 0);
	case 2:
		return read_other();
	case 3:
		return make_user_namespace();
	}
	exit(2);
}

/* ---- batches ---- */

static int try(char *line)
{
	char *text = line + 2;

	switch (*line) {
	case 'D':
		return nftw("/", remove_one, 16, FTW_DEPTH | FTW_PHYS | FTW_MOUNT);
	case 'f':
		return make_file(text);
	case 'd':
		return make_parents(text);
	case 'r':
		return close_after(open(text, O_RDONLY | O_CLOEXEC));
	case 'w':
		return close_after(open(text, O_WRONLY | O_CLOEXEC));
	case 'b':
		return close_after(open(text, O_RDWR | O_CLOEXEC));
	case 't':
		return truncate(text, 4);
	case 'm':
		return chmod(text, 0777);
	case 'k':
		return mkdir(text, 0755) ? -1 : rmdir(text);
	case 'x':
		return execute(text);
	case 'e':
		return map_executable(text);
	case 'T':
		return use_address(text, SOCK_STREAM, connect);
	case 'U':
		return use_address(text, SOCK_DGRAM, connect);
	case 'B':
		return use_address(text, SOCK_STREAM, bind);
	case 'C':
		return use_address(text, SOCK_DGRAM, bind);
	case 's':
		return open_socket(atoi(text));
	case 'c':
		return atoi(text) == 18 ? chroot("/") : sethostname("guest", 5);
	case 'o':
		return use_system(atoi(text));
	}
	exit(2);
}

static void work(int count)
{
	while (progress->next < count) {
		int value = try(lines[progress->next]);

		progress->answers[progress->next++] = value ? errno : 0;
	}
	if (traced)
		kill(traced, SIGKILL);
	_exit(0);
}

static int run(int count)
{
	int status;

	progress->next = 0;
	while (progress->next < count) {
		pid_t child = fork();

		if (!child)
			work(count);
		if (child < 0 || waitpid(child, &status, 0) != child)
			return 3;
		/* Others than the child end with it, and this process inherits them. */
		while (waitpid(-1, 0, WNOHANG) > 0)
			;
		if (WIFSIGNALED(status) && WTERMSIG(status) == SIGKILL)
			progress->answers[progress->next++] = KILLED;
		else if (!WIFEXITED(status) || WEXITSTATUS(status))
			return 4;
	}
	for (int i = 0; i < count; i++)
		printf("%d ", progress->answers[i]);
	printf("\n");
	return fflush(stdout);
}

int main(void)
{
	size_t room = 0;
	ssize_t length;
	int count = 0, failed = 0;
	char *line = 0;

	progress = mmap(0, sizeof(*progress), PROT_READ | PROT_WRITE, MAP_SHARED | MAP_ANONYMOUS,
			-1, 0);
	if (progress == MAP_FAILED)
		return 1;
	while (!failed && (length = getline(&line, &room, stdin)) > 0) {
		line[length - 1] = 0;
		if (length > 1) {
			if (count == LIMIT)
				return 2;
			lines[count++] = strdup(line);
			continue;
		}
		failed = run(count);
		while (count)
			free(lines[--count]);
	}
	return failed;
}
