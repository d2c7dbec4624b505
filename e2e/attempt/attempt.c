// SPDX-License-Identifier: Apache-2.0
/*
 * Tries operations, given as arguments, one after the other, and prints what
 * the kernel answered, one line each, as strace would:
 *
 *   open("/etc/shadow", O_RDONLY) = -1 EACCES (Permission denied)
 *
 * What an operation changes (root directory, namespaces, user) holds for those
 * behind it. Every wait is bounded. Exit status 2 if the usage is wrong, else 0:
 * a refusal is a result, not a failure.
 */
#define _GNU_SOURCE
#include <arpa/inet.h>
#include <errno.h>
#include <fcntl.h>
#include <grp.h>
#include <limits.h>
#include <linux/bpf.h>
#include <linux/if_ether.h>
#include <linux/if_packet.h>
#include <linux/mount.h>
#include <net/if.h>
#include <netinet/in.h>
#include <netinet/ip_icmp.h>
#include <pthread.h>
#include <sched.h>
#include <signal.h>
#include <stdarg.h>
#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/prctl.h>
#include <sys/ptrace.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <sys/uio.h>
#include <sys/un.h>
#include <sys/wait.h>
#include <sys/xattr.h>
#include <time.h>
#include <unistd.h>

#include "attempt.h"

/* Not <sys/mount.h>: it and <linux/mount.h> define the same names. */
extern int mount(const char *, const char *, const char *, unsigned long, const void *);
extern int umount2(const char *, int);
#define DETACH 2

/*
 * An access control list in the kernel's form, version 2: the owner, user 7, the group, a
 * mask and others may all read and write.
 */
#define ACCESS_LIST                                                                                \
	"\2\0\0\0"                                                                                 \
	"\1\0\6\0\377\377\377\377\2\0\6\0\7\0\0\0\4\0\6\0\377\377\377\377"                         \
	"\20\0\6\0\377\377\377\377\40\0\6\0\377\377\377\377"

/* Where a case's name outlasts an execve of this program. */
#define CASE_NAME "ATTEMPT_CASE"

static char **operations; /* those not begun yet */
static int operations_left;

static void fail_usage(const char *what)
{
	dprintf(2, "attempt: %s\n", what);
	_exit(2);
}

/* One write a line: what was printed before a SIGKILL stays printed. */
static void print_line(char *line)
{
	size_t length = strlen(line);

	line[length] = '\n';
	if (write(1, line, length + 1) < 0)
		_exit(3);
}

static long last_value;
static int last_errno;

/* Prints what a call returned; `value` below 0 means that errno says why. */
void result(long value, const char *format, ...)
{
	int error = errno;
	static char line[8192];
	va_list arguments;
	size_t at;

	last_value = value;
	last_errno = value < 0 ? error : 0;
	va_start(arguments, format);
	vsnprintf(line, sizeof(line) - 128, format, arguments);
	va_end(arguments);
	at = strlen(line);
	if (value < 0)
		snprintf(line + at, 127, " = -1 %s (%s)", strerrorname_np(error), strerror(error));
	else
		snprintf(line + at, 127, " = %ld", value);
	print_line(line);
}

static void result_text(const char *text, const char *format, ...)
{
	static char line[8192];
	va_list arguments;
	size_t at;

	last_value = 0;
	last_errno = 0;
	va_start(arguments, format);
	vsnprintf(line, sizeof(line) - 256, format, arguments);
	va_end(arguments);
	at = strlen(line);
	snprintf(line + at, 255, " = %s", text);
	print_line(line);
}

static double now(void)
{
	struct timespec time;

	clock_gettime(CLOCK_MONOTONIC, &time);
	return time.tv_sec + time.tv_nsec / 1e9;
}

/* ---- files ---- */

static const char *flag_text(int flags)
{
	switch (flags) {
	case O_RDONLY:
		return "O_RDONLY";
	case O_WRONLY:
		return "O_WRONLY";
	case O_RDWR:
		return "O_RDWR";
	case O_CREAT | O_WRONLY:
		return "O_CREAT|O_WRONLY";
	case O_RDONLY | O_TRUNC:
		return "O_RDONLY|O_TRUNC";
	case O_PATH:
		return "O_PATH";
	default:
		return "?";
	}
}

/* Opening to write also writes, so that a test sees the file changed. */
static void try_open(const char *path, int flags)
{
	int fd = open(path, flags | O_CLOEXEC, 0644);

	result(fd, "open(\"%s\", %s)", path, flag_text(flags));
	if (fd < 0)
		return;
	if ((flags & O_ACCMODE) != O_RDONLY && write(fd, "X", 1) != 1)
		result(-1, "write(%d, \"X\")", fd);
	close(fd);
}

/* Takes hold of a file without opening it, and opens it by its descriptor. */
static void try_descriptor(const char *path, bool delete)
{
	char link[64];
	int held = open(path, O_PATH | O_CLOEXEC);
	int fd;

	if (held < 0 || (delete && unlink(path))) {
		result(-1, "open(\"%s\", O_PATH) and unlink", path);
		return;
	}
	snprintf(link, sizeof(link), "/proc/self/fd/%d", held);
	fd = open(link, O_RDONLY | O_CLOEXEC);
	result(fd, "open(\"%s\" (%s), O_RDONLY)", link, path);
	if (fd >= 0)
		close(fd);
	close(held);
}

static void try_open_tree(const char *tree, const char *file)
{
	int root = syscall(SYS_open_tree, AT_FDCWD, tree, OPEN_TREE_CLONE | O_CLOEXEC);
	int fd;

	if (root < 0) {
		result(-1, "open_tree(\"%s\", OPEN_TREE_CLONE)", tree);
		return;
	}
	fd = openat(root, file, O_RDONLY | O_CLOEXEC);
	result(fd, "openat(open_tree(\"%s\"), \"%s\", O_RDONLY)", tree, file);
	if (fd >= 0)
		close(fd);
	close(root);
}

/* A file that has no name until somebody gives it one. */
static void try_unnamed(const char *dir)
{
	int fd = open(dir, O_TMPFILE | O_WRONLY | O_CLOEXEC, 0644);

	result(fd, "open(\"%s\", O_TMPFILE|O_WRONLY)", dir);
	if (fd >= 0)
		close(fd);
}

/* ---- memory ---- */

/* Maps a file executable, at once or, where `later`, by a change of the mapping. */
static void try_map(const char *path, bool later)
{
	int fd = open(path, O_RDONLY | O_CLOEXEC);
	void *memory;

	if (fd < 0) {
		result(-1, "open(\"%s\", O_RDONLY)", path);
		return;
	}
	memory = mmap(0, 4096, PROT_READ | (later ? 0 : PROT_EXEC), MAP_PRIVATE, fd, 0);
	if (memory == MAP_FAILED || !later)
		result(memory == MAP_FAILED ? -1 : 0, "mmap(\"%s\")", path);
	else
		result(mprotect(memory, 4096, PROT_READ | PROT_EXEC), "mprotect(\"%s\")", path);
	close(fd);
}

static void try_map_anonymous(bool later)
{
	void *memory = mmap(0, 4096, PROT_READ | PROT_WRITE | (later ? 0 : PROT_EXEC),
			    MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);

	if (memory == MAP_FAILED || !later)
		result(memory == MAP_FAILED ? -1 : 0, "mmap(anonymous)");
	else
		result(mprotect(memory, 4096, PROT_READ | PROT_EXEC), "mprotect(anonymous)");
}

/* Makes directories within each other and goes into the last one. */
static void dig(const char *top, int length, int depth)
{
	char name[256];

	memset(name, 'd', sizeof(name));
	name[length] = 0;
	if (chdir(top)) {
		result(-1, "chdir(\"%s\")", top);
		return;
	}
	for (int i = 0; i < depth; i++) {
		if ((mkdir(name, 0755) && errno != EEXIST) || chdir(name)) {
			result(-1, "dig, directory %d", i);
			return;
		}
	}
	result(0, "dig(\"%s\", %d, %d)", top, length, depth);
}

/* ---- exec ---- */

static void print_status(int status, const char *what)
{
	char text[64];

	if (WIFSIGNALED(status))
		snprintf(text, sizeof(text), "killed by SIG%s", sigabbrev_np(WTERMSIG(status)));
	else
		snprintf(text, sizeof(text), "exited %d", WEXITSTATUS(status));
	result_text(text, "%s", what);
}

/* Runs `path`, or what `fd` holds if that is not negative, in a child. */
static void try_exec(const char *path, int fd, char **arguments)
{
	int told[2], error, status;
	char what[4200];
	pid_t child;

	snprintf(what, sizeof(what), fd < 0 ? "execve(\"%s\")" : "fexecve(%s)", path);
	if (pipe2(told, O_CLOEXEC))
		_exit(3);
	child = fork();
	if (child < 0) {
		result(-1, "fork()");
		return;
	}
	if (!child) {
		if (fd < 0)
			execv(path, arguments);
		else
			fexecve(fd, arguments, environ);
		error = errno;
		if (write(told[1], &error, sizeof(error)) < 0)
			_exit(3);
		_exit(0);
	}
	close(told[1]);
	if (read(told[0], &error, sizeof(error)) == sizeof(error)) {
		errno = error;
		result(-1, "%s", what);
		waitpid(child, &status, 0);
	} else {
		waitpid(child, &status, 0);
		print_status(status, what);
	}
	close(told[0]);
}

static void try_memfd_exec(const char *path, char **arguments)
{
	const char *slash = strrchr(path, '/');
	const char *name = slash ? slash + 1 : path;
	/* No MFD_CLOEXEC: a script's interpreter could not read it. */
	int memfd = memfd_create(name, 0);
	int source = open(path, O_RDONLY | O_CLOEXEC);
	char buffer[65536];
	ssize_t length;

	if (memfd < 0 || source < 0) {
		result(-1, "memfd_create(\"%s\") and open", name);
		return;
	}
	while ((length = read(source, buffer, sizeof(buffer))) > 0)
		if (write(memfd, buffer, length) != length)
			_exit(3);
	close(source);
	try_exec(name, memfd, arguments);
	close(memfd);
}

/* Executes a file by a descriptor that was opened for no access. */
static void try_descriptor_exec(const char *path, char **arguments)
{
	int fd = open(path, O_PATH | O_CLOEXEC);

	if (fd < 0) {
		result(-1, "open(\"%s\", O_PATH)", path);
		return;
	}
	try_exec(path, fd, arguments);
	close(fd);
}

/* ---- network ---- */

struct peer parse_peer(const char *text, bool with_port)
{
	struct peer peer = {.family = AF_INET};
	struct sockaddr_in6 *v6 = (void *)&peer.address;
	struct sockaddr_in *v4 = (void *)&peer.address;
	char host[128];
	char *colon;
	int port = 0;

	snprintf(host, sizeof(host), "%s", text);
	if (with_port) {
		colon = strrchr(host, ':');
		if (!colon)
			fail_usage("an address needs a port");
		port = atoi(colon + 1);
		*colon = 0;
	}
	if (host[0] == '[') {
		host[strlen(host) - 1] = 0;
		peer.family = AF_INET6;
		peer.length = sizeof(*v6);
		v6->sin6_family = AF_INET6;
		v6->sin6_port = htons(port);
		if (inet_pton(AF_INET6, host + 1, &v6->sin6_addr) != 1)
			fail_usage("not an IPv6 address");
	} else {
		peer.length = sizeof(*v4);
		v4->sin_family = AF_INET;
		v4->sin_port = htons(port);
		if (inet_pton(AF_INET, host, &v4->sin_addr) != 1)
			fail_usage("not an IPv4 address");
	}
	return peer;
}

static int open_socket(int family, int type, int protocol)
{
	struct timeval bound = {.tv_sec = WAIT_SECONDS};
	int fd = socket(family, type | SOCK_CLOEXEC, protocol);

	if (fd < 0)
		result(-1, "socket(%d, %d, %d)", family, type, protocol);
	else
		setsockopt(fd, SOL_SOCKET, SO_SNDTIMEO, &bound, sizeof(bound));
	return fd;
}

static void try_connect(const char *text, int type, int protocol)
{
	struct peer peer = parse_peer(text, true);
	int fd = open_socket(peer.family, type, protocol);

	if (fd < 0)
		return;
	result(connect(fd, (void *)&peer.address, peer.length), "connect(%s, %s)",
	       type == SOCK_STREAM ? "tcp" : "udp", text);
	if (!last_errno && type == SOCK_DGRAM && send(fd, "X", 1, 0) != 1)
		result(-1, "send(udp, %s)", text);
	close(fd);
}

static void try_send(const char *text, int type, int flags, bool as_unspecified)
{
	struct peer peer = parse_peer(text, true);
	int fd = open_socket(peer.family, type, 0);

	if (fd < 0)
		return;
	if (as_unspecified)
		peer.address.ss_family = AF_UNSPEC;
	result(sendto(fd, "X", 1, flags, (void *)&peer.address, peer.length), "sendto(%s%s, %s)",
	       type == SOCK_STREAM ? "tcp, MSG_FASTOPEN" : "udp",
	       as_unspecified ? ", AF_UNSPEC" : "", text);
	close(fd);
}

static void try_raw(const char *text)
{
	struct peer peer = parse_peer(text, false);
	int fd = open_socket(AF_INET, SOCK_RAW, IPPROTO_ICMP);
	struct icmphdr echo = {.type = ICMP_ECHO, .checksum = htons(0xf7ff)};

	if (fd < 0)
		return;
	result(sendto(fd, &echo, sizeof(echo), 0, (void *)&peer.address, peer.length),
	       "sendto(raw icmp, %s)", text);
	close(fd);
}

static void try_packet(void)
{
	struct sockaddr_ll address = {
		.sll_family = AF_PACKET,
		.sll_protocol = htons(ETH_P_IP),
		.sll_ifindex = if_nametoindex("lo"),
		.sll_halen = 6,
	};
	int fd = open_socket(AF_PACKET, SOCK_DGRAM, htons(ETH_P_IP));
	char datagram[28] = {0x45, 0, 0, 28};

	if (fd < 0)
		return;
	result(sendto(fd, datagram, sizeof(datagram), 0, (void *)&address, sizeof(address)),
	       "sendto(packet, lo)");
	close(fd);
}

static struct sockaddr_un unix_address(const char *path)
{
	struct sockaddr_un address = {.sun_family = AF_UNIX};

	snprintf(address.sun_path, sizeof(address.sun_path), "%s", path);
	return address;
}

static void try_unix(const char *path)
{
	struct sockaddr_un address = unix_address(path);
	int fd = open_socket(AF_UNIX, SOCK_STREAM, 0);

	if (fd < 0)
		return;
	result(connect(fd, (void *)&address, sizeof(address)), "connect(unix, %s)", path);
	close(fd);
}

/* Binds a socket, listens with it, or both; prints what came last. */
static void try_listen(const char *text, int type, bool to_bind, bool to_listen)
{
	struct peer peer = parse_peer(text, true);
	int fd = open_socket(peer.family, type, 0);
	int one = 1;
	bool bound;

	if (fd < 0)
		return;
	setsockopt(fd, SOL_SOCKET, SO_REUSEADDR, &one, sizeof(one));
	bound = !to_bind || !bind(fd, (void *)&peer.address, peer.length);
	if (!bound || !to_listen)
		result(bound ? 0 : -1, "bind(%s)", text);
	else
		result(listen(fd, 1), "listen(%s)", text);
	close(fd);
}

static void try_socket(const char *kind)
{
	int family = AF_INET, type = SOCK_RAW, protocol = IPPROTO_ICMP, fd;

	if (!strcmp(kind, "unix") || !strcmp(kind, "netlink")) {
		family = !strcmp(kind, "unix") ? AF_UNIX : AF_NETLINK;
		type = SOCK_DGRAM;
		protocol = 0;
	} else if (!strcmp(kind, "packet")) {
		family = AF_PACKET;
	} else if (!strcmp(kind, "raw6")) {
		family = AF_INET6;
		protocol = IPPROTO_ICMPV6;
	} else if (strcmp(kind, "raw")) {
		fail_usage("socket: unix, netlink, packet, raw, raw6");
	}
	fd = socket(family, type | SOCK_CLOEXEC, protocol);
	result(fd, "socket(%s)", kind);
	if (fd >= 0)
		close(fd);
}

/* A datagram, to a socket that is bound to the path. */
static void try_unix_send(const char *path)
{
	struct sockaddr_un address = unix_address(path);
	int fd = open_socket(AF_UNIX, SOCK_DGRAM, 0);

	if (fd < 0)
		return;
	result(sendto(fd, "x", 1, 0, (void *)&address, sizeof(address)), "sendto(unix, %s)", path);
	close(fd);
}

/* A socket with that path; one of a stream listens. Returns -1 on failure. */
static int bound_unix(const char *path, int type)
{
	struct sockaddr_un address = unix_address(path);
	int fd = socket(AF_UNIX, type | SOCK_CLOEXEC, 0), error;

	if (fd >= 0 && !bind(fd, (void *)&address, sizeof(address)) &&
	    (type != SOCK_STREAM || !listen(fd, 8)))
		return fd;
	error = errno;
	close(fd);
	errno = error;
	return -1;
}

/* Makes a socket with that path, of a stream or of datagrams, and keeps it open, also over an exec. */
static void bind_unix(const char *kind, const char *path)
{
	int fd = bound_unix(path, strcmp(kind, "dgram") ? SOCK_STREAM : SOCK_DGRAM);

	result(fd < 0 ? -1 : fcntl(fd, F_SETFD, 0), "bind(unix, %s)", path);
}

/* The descriptor of the socket that an open file waits in. */
#define QUEUE 100

union descriptor_message {
	struct cmsghdr header;
	char bytes[CMSG_SPACE(sizeof(int))];
};

/* Sends an open file over a unix socket. */
static int send_descriptor(int socket, int fd)
{
	union descriptor_message control = {};
	struct iovec data = {.iov_base = "x", .iov_len = 1};
	struct msghdr message = {.msg_iov = &data,
				 .msg_iovlen = 1,
				 .msg_control = &control,
				 .msg_controllen = sizeof(control)};

	control.header = (struct cmsghdr){.cmsg_level = SOL_SOCKET,
					  .cmsg_type = SCM_RIGHTS,
					  .cmsg_len = CMSG_LEN(sizeof(int))};
	memcpy(CMSG_DATA(&control.header), &fd, sizeof(fd));
	return sendmsg(socket, &message, 0) < 0 ? -1 : 0;
}

/*
 * Gets an open file from a unix socket, and reads from it. A file that is withheld
 * shows as a control message that was cut off.
 */
static int receive_descriptor(int socket)
{
	union descriptor_message control = {};
	char byte;
	struct iovec data = {.iov_base = &byte, .iov_len = 1};
	struct msghdr message = {.msg_iov = &data,
				 .msg_iovlen = 1,
				 .msg_control = &control,
				 .msg_controllen = sizeof(control)};
	struct timeval bound = {.tv_sec = WAIT_SECONDS};
	int fd, value;

	setsockopt(socket, SOL_SOCKET, SO_RCVTIMEO, &bound, sizeof(bound));
	if (recvmsg(socket, &message, MSG_CMSG_CLOEXEC) < 0)
		return -1;
	if (message.msg_flags & MSG_CTRUNC || !CMSG_FIRSTHDR(&message)) {
		errno = EACCES;
		return -1;
	}
	memcpy(&fd, CMSG_DATA(CMSG_FIRSTHDR(&message)), sizeof(fd));
	value = read(fd, &byte, 1) < 0 ? -1 : 0;
	close(fd);
	return value;
}

/* Hands over an open file to who connects to a socket with that path, which listens once it is there. */
static void pass_file(const char *path, const char *file)
{
	struct timeval bound = {.tv_sec = WAIT_SECONDS};
	char making[PATH_MAX];
	int fd = open(file, O_RDONLY | O_CLOEXEC), listener, peer;

	snprintf(making, sizeof(making), "%s~", path);
	listener = bound_unix(making, SOCK_STREAM);
	if (fd < 0 || listener < 0 ||
	    setsockopt(listener, SOL_SOCKET, SO_RCVTIMEO, &bound, sizeof(bound)) ||
	    rename(making, path)) {
		result(-1, "pass(%s, %s)", path, file);
		return;
	}
	peer = accept(listener, 0, 0);
	result(peer < 0 ? -1 : send_descriptor(peer, fd), "pass(%s, %s)", path, file);
	close(peer);
	close(listener);
	close(fd);
}

/* Gets an open file from who listens at that path. */
static void receive_file(const char *path)
{
	struct sockaddr_un address = unix_address(path);
	int fd = open_socket(AF_UNIX, SOCK_STREAM, 0);

	if (fd < 0)
		return;
	result(connect(fd, (void *)&address, sizeof(address)) ?: receive_descriptor(fd),
	       "receive(%s)", path);
	close(fd);
}

/* Puts an open file into a socket that is kept over an exec, for `dequeue`. */
static void queue_file(const char *file)
{
	int pair[2], fd = open(file, O_RDONLY | O_CLOEXEC), value = -1;

	if (fd >= 0 && !socketpair(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0, pair)) {
		value = send_descriptor(pair[0], fd);
		if (!value)
			value = dup2(pair[1], QUEUE);
		close(pair[0]);
		close(pair[1]);
		close(fd);
	}
	result(value < 0 ? -1 : 0, "queue(%s)", file);
}

static void try_socketpair(void)
{
	int pair[2];
	int value = socketpair(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0, pair);

	result(value, "socketpair(unix)");
	if (!value) {
		close(pair[0]);
		close(pair[1]);
	}
}

/* ---- other tasks, and the kernel ---- */

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

/* ---- the task's own state ---- */

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

static void wait_file(const char *path)
{
	double end = now() + WAIT_SECONDS;

	while (access(path, F_OK) && now() < end)
		usleep(POLL_MICROSECONDS);
	result(access(path, F_OK), "access(\"%s\"), waiting", path);
}

/* ---- many at once ---- */

struct tally {
	const char *path;
	long count;
	long opened;
	long refused;
	long failed;
};

static void open_once(struct tally *tally)
{
	int fd = open(tally->path, O_RDONLY | O_CLOEXEC);

	if (fd >= 0) {
		tally->opened++;
		close(fd);
	} else if (errno == EACCES) {
		tally->refused++;
	} else {
		tally->failed++;
	}
}

static void *open_many(void *argument)
{
	struct tally *tally = argument;

	for (long i = 0; i < tally->count; i++)
		open_once(tally);
	return 0;
}

static void print_tally(const struct tally *tally)
{
	char text[128];

	snprintf(text, sizeof(text), "%ld opened, %ld refused, %ld failed", tally->opened,
		 tally->refused, tally->failed);
	result_text(text, "open(\"%s\", O_RDONLY), many times", tally->path);
}

static void run_threads(int threads, long count, const char *path)
{
	struct tally all = {.path = path};
	struct tally *each = calloc(threads, sizeof(*each));
	pthread_t *ids = calloc(threads, sizeof(*ids));

	for (int i = 0; i < threads; i++) {
		each[i] = (struct tally){.path = path, .count = count};
		if (pthread_create(&ids[i], 0, open_many, &each[i]))
			fail_usage("too many threads");
	}
	for (int i = 0; i < threads; i++) {
		pthread_join(ids[i], 0);
		all.opened += each[i].opened;
		all.refused += each[i].refused;
		all.failed += each[i].failed;
	}
	print_tally(&all);
}

/* Opens two files in turn until a third one exists. */
static void hammer(const char *stop, const char *first, const char *second)
{
	struct tally one = {.path = first}, two = {.path = second};
	double end = now() + WAIT_SECONDS;

	do {
		for (int i = 0; i < 20; i++) {
			open_once(&one);
			open_once(&two);
		}
		usleep(500);
	} while (access(stop, F_OK) && now() < end);
	print_tally(&one);
	print_tally(&two);
}

/* Makes a directory with a file in it, opens the file and removes both, by two names in turn. */
static void churn(long count, const char *const names[2])
{
	struct tally tallies[2] = {};
	char path[2][PATH_MAX];

	for (int i = 0; i < 2; i++) {
		snprintf(path[i], sizeof(path[i]), "%s/f", names[i]);
		tallies[i].path = path[i];
	}
	for (long i = 0; i < 2 * count; i++) {
		struct tally *tally = &tallies[i % 2];

		if (mkdir(names[i % 2], 0777) || close(open(tally->path, O_WRONLY | O_CREAT, 0666)))
			tally->failed++;
		open_once(tally);
		if (unlink(tally->path) || rmdir(names[i % 2]))
			tally->failed++;
	}
	print_tally(&tallies[0]);
	print_tally(&tallies[1]);
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

/* ---- operations ---- */

static void run_next(void);

/* The kernel tells a task's name in events: which case they belong to. */
static void take_name(const char *name)
{
	prctl(PR_SET_NAME, name);
	setenv(CASE_NAME, name, 1);
}

/* In a child: does the next `count` operations, and no more by an execve either. */
static void run_and_exit(int count)
{
	operations[count] = 0;
	operations_left = count;
	while (operations_left > 0)
		run_next();
	_exit(0);
}

/* Runs the next `count` operations in a child, or in an orphan in its own session. */
static void in_child(int count, bool orphan, const char *case_name)
{
	char **after = operations + count;
	int left = operations_left - count;
	int gone[2], status;
	pid_t child, middle;
	char byte;

	if (left < 0)
		fail_usage("fewer operations than child, orphan or case shall run");
	if (pipe2(gone, O_CLOEXEC))
		_exit(3);
	child = fork();
	if (!child) {
		if (orphan) {
			/* Until the pipe's other end is closed, the orphan is at work. */
			middle = getpid();
			if (setsid() < 0 || fork())
				_exit(0);
			while (getppid() == middle)
				usleep(POLL_MICROSECONDS);
		}
		if (case_name)
			take_name(case_name);
		run_and_exit(count);
	}
	close(gone[1]);
	if (child < 0)
		result(-1, "fork()");
	waitpid(child, &status, 0);
	if (orphan && read(gone[0], &byte, 1) < 0) /* until it has ended too */
		_exit(3);
	close(gone[0]);
	if (!orphan)
		print_status(status, case_name ?: "child");
	operations = after;
	operations_left = left;
}

/* Tries the next operation again and again until it ends with that errno, or "0". */
static void until(const char *expected)
{
	double end = now() + WAIT_SECONDS;
	char **operation = operations;
	int left = operations_left;
	int out = dup(1), silent = open("/dev/null", O_WRONLY);

	if (!left || silent < 0)
		fail_usage("until needs an operation, and /dev/null");
	dup2(silent, 1);
	do {
		operations = operation;
		operations_left = left;
		run_next();
		if (!strcmp(last_errno ? strerrorname_np(last_errno) : "0", expected))
			break;
		usleep(POLL_MICROSECONDS);
	} while (now() < end);
	dup2(out, 1);
	close(out);
	close(silent);
	operations = operation;
	operations_left = left;
	run_next();
}

static char *need(char **arguments, int index)
{
	if (!arguments[index])
		fail_usage("an operation lacks an argument");
	return arguments[index];
}

/* Those from `index` on, at least one. */
static char **from(char **arguments, int index)
{
	need(arguments, index);
	return arguments + index;
}

static void run(char *name, char *rest)
{
	char *arguments[MAX_ARGS + 1] = {};
	char *copy = strdup(rest);
	int count = 0;

	for (char *part = strtok(copy, ","); part && count < MAX_ARGS; part = strtok(0, ","))
		arguments[count++] = part;
#define IS(text) (!strcmp(name, text))
#define A need(arguments, 0)
#define B need(arguments, 1)
#define C need(arguments, 2)
	if (IS("read"))
		try_open(A, O_RDONLY);
	else if (IS("write"))
		try_open(A, O_WRONLY);
	else if (IS("rdwr"))
		try_open(A, O_RDWR);
	else if (IS("create"))
		try_open(A, O_CREAT | O_WRONLY);
	else if (IS("trunc"))
		try_open(A, O_RDONLY | O_TRUNC);
	else if (IS("unnamed"))
		try_unnamed(A);
	else if (IS("opath"))
		try_open(A, O_PATH);
	else if (IS("descriptor"))
		try_descriptor(A, false);
	else if (IS("deleted"))
		try_descriptor(A, true);
	else if (IS("handle"))
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
	else if (IS("opentree"))
		try_open_tree(A, B);
	else if (IS("dig"))
		dig(A, atoi(B), atoi(C));
	else if (IS("map"))
		try_map(A, false);
	else if (IS("maplater"))
		try_map(A, true);
	else if (IS("anon"))
		try_map_anonymous(false);
	else if (IS("anonlater"))
		try_map_anonymous(true);
	else if (IS("exec"))
		try_exec(A, -1, arguments);
	else if (IS("fdexec"))
		try_descriptor_exec(A, arguments);
	else if (IS("checkexec"))
		check_execution(A);
	else if (IS("memfdexec"))
		try_memfd_exec(A, arguments);
	else if (IS("become")) {
		*--operations = A;
		execv(A, operations);
		result(-1, "execve(\"%s\")", A);
		operations++;
	} else if (IS("tcp"))
		try_connect(rest, SOCK_STREAM, 0);
	else if (IS("mptcp"))
		try_connect(rest, SOCK_STREAM, IPPROTO_MPTCP);
	else if (IS("udpc"))
		try_connect(rest, SOCK_DGRAM, 0);
	else if (IS("udp"))
		try_send(rest, SOCK_DGRAM, 0, false);
	else if (IS("udpunspec"))
		try_send(rest, SOCK_DGRAM, 0, true);
	else if (IS("tfo"))
		try_send(rest, SOCK_STREAM, MSG_FASTOPEN, false);
	else if (IS("sctplisten"))
		sctp_listen(A);
	else if (IS("sctp"))
		sctp_connect(A);
	else if (IS("sctpconnectx"))
		sctp_connect_to_all(from(arguments, 0));
	else if (IS("sctpsend"))
		sctp_send(A, arguments[1]);
	else if (IS("sctpbindx"))
		sctp_bind(0, from(arguments, 0));
	else if (IS("sctpbindmore"))
		sctp_bind(A, from(arguments, 1));
	else if (IS("raw"))
		try_raw(rest);
	else if (IS("packet"))
		try_packet();
	else if (IS("bindtcp"))
		try_listen(rest, SOCK_STREAM, true, false);
	else if (IS("bindudp"))
		try_listen(rest, SOCK_DGRAM, true, false);
	else if (IS("listen"))
		try_listen(rest, SOCK_STREAM, true, true);
	else if (IS("listenunbound"))
		try_listen(rest, SOCK_STREAM, false, true);
	else if (IS("socket"))
		try_socket(A);
	else if (IS("socketpair"))
		try_socketpair();
	else if (IS("trace"))
		try_trace(A);
	else if (IS("bpf"))
		try_bpf();
	else if (IS("module"))
		try_module(arguments[0]);
	else if (IS("kexec"))
		try_kexec(A);
	else if (IS("kexecmemory"))
		try_kexec_memory();
	else if (IS("unix"))
		try_unix(A);
	else if (IS("unixsend"))
		try_unix_send(A);
	else if (IS("unixbind"))
		bind_unix(A, B);
	else if (IS("pass"))
		pass_file(A, B);
	else if (IS("receive"))
		receive_file(A);
	else if (IS("queue"))
		queue_file(A);
	else if (IS("dequeue"))
		result(receive_descriptor(QUEUE), "dequeue()");
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
	else if (IS("exchange"))
		result(syscall(SYS_renameat2, AT_FDCWD, A, AT_FDCWD, B, RENAME_EXCHANGE),
		       "renameat2(\"%s\", \"%s\", RENAME_EXCHANGE)", A, B);
	else if (IS("rename") || IS("movedir"))
		result(rename(A, B), "rename(\"%s\", \"%s\")", A, B);
	else if (IS("link"))
		result(link(A, B), "link(\"%s\", \"%s\")", A, B);
	else if (IS("symlink"))
		result(symlink(A, B), "symlink(\"%s\", \"%s\")", A, B);
	else if (IS("unlink"))
		result(unlink(A), "unlink(\"%s\")", A);
	else if (IS("mkdir"))
		result(mkdir(A, 0755), "mkdir(\"%s\")", A);
	else if (IS("rmdir"))
		result(rmdir(A), "rmdir(\"%s\")", A);
	else if (IS("mkfifo"))
		result(mkfifo(A, 0644), "mkfifo(\"%s\")", A);
	else if (IS("truncate"))
		result(truncate(A, 0), "truncate(\"%s\", 0)", A);
	else if (IS("chmod"))
		result(chmod(A, 0600), "chmod(\"%s\", 0600)", A);
	else if (IS("chown"))
		result(chown(A, 7, 7), "chown(\"%s\", 7, 7)", A);
	else if (IS("setxattr"))
		result(setxattr(A, "trusted.test", "x", 1, 0), "setxattr(\"%s\")", A);
	else if (IS("removexattr"))
		result(removexattr(A, "trusted.test"), "removexattr(\"%s\")", A);
	else if (IS("removeacl"))
		result(removexattr(A, "system.posix_acl_access"),
		       "removexattr(\"%s\", \"system.posix_acl_access\")", A);
	else if (IS("setacl"))
		result(setxattr(A, "system.posix_acl_access", ACCESS_LIST, sizeof(ACCESS_LIST) - 1,
				0),
		       "setxattr(\"%s\", \"system.posix_acl_access\")", A);
	else if (IS("hostname"))
		result(sethostname("guest", 5), "sethostname(\"guest\")");
	else if (IS("signal"))
		result(kill(atoi(A), atoi(B)), "kill(%s, %s)", A, B);
	else if (IS("chdir"))
		result(chdir(A), "chdir(\"%s\")", A);
	else if (IS("sleep"))
		usleep(atoi(A) * 1000);
	else if (IS("waitfile"))
		wait_file(A);
	else if (IS("threads"))
		run_threads(atoi(A), atol(B), C);
	else if (IS("hammer"))
		hammer(A, B, C);
	else if (IS("churn"))
		churn(atol(A), (const char *const[]){B, C});
	else if (IS("programs"))
		print_programs();
	else if (IS("stamp"))
		stamp(A, atoi(B));
	else if (IS("child"))
		in_child(atoi(A), false, 0);
	else if (IS("orphan"))
		in_child(atoi(A), true, 0);
	else if (IS("case"))
		in_child(atoi(B), false, A);
	else if (IS("until"))
		until(A);
	else
		fail_usage(name);
	free(copy);
}

static void run_next(void)
{
	char *operation = strdup(*operations++);
	char *colon = strchr(operation, ':');

	operations_left--;
	if (colon)
		*colon++ = 0;
	run(operation, colon ? colon : "");
	free(operation);
}

int main(int count, char **arguments)
{
	if (count < 2)
		fail_usage("usage: attempt OPERATION...");
	if (getenv(CASE_NAME))
		take_name(getenv(CASE_NAME));
	/* So that many lines cannot end it: the reader may be gone. */
	signal(SIGPIPE, SIG_IGN);
	operations = arguments + 1;
	operations_left = count - 1;
	while (operations_left > 0)
		run_next();
	return 0;
}
