// SPDX-License-Identifier: Apache-2.0
/* Unix sockets, and files that are handed over by them. */
#define _GNU_SOURCE
#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <stdio.h>
#include <string.h>
#include <sys/time.h>
#include <sys/uio.h>
#include <sys/un.h>
#include <unistd.h>

#include "attempt.h"

/* The descriptor of the socket that an open file waits in. */
#define QUEUE 100

union descriptor_message {
	struct cmsghdr header;
	char bytes[CMSG_SPACE(sizeof(int))];
};

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

bool run_unix(const char *name, char **arguments)
{
	if (IS("unix"))
		try_unix(A);
	else if (IS("unixsend"))
		try_unix_send(A);
	else if (IS("unixbind"))
		bind_unix(A, B);
	else if (IS("socketpair"))
		try_socketpair();
	else if (IS("pass"))
		pass_file(A, B);
	else if (IS("receive"))
		receive_file(A);
	else if (IS("queue"))
		queue_file(A);
	else if (IS("dequeue"))
		result(receive_descriptor(QUEUE), "dequeue()");
	else
		return false;
	return true;
}
