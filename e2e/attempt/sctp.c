// SPDX-License-Identifier: Apache-2.0
/* The calls in which SCTP takes addresses, some of them several at once. */
#define _GNU_SOURCE
#include <netinet/in.h>
#include <linux/sctp.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/time.h>
#include <unistd.h>

#include "attempt.h"

static int open_sctp(int type, int family)
{
	struct timeval bound = {.tv_sec = WAIT_SECONDS};
	int fd = socket(family, type | SOCK_CLOEXEC, IPPROTO_SCTP);

	if (fd < 0)
		result(-1, "socket(%d, %d, sctp)", family, type);
	else
		setsockopt(fd, SOL_SOCKET, SO_SNDTIMEO, &bound, sizeof(bound));
	return fd;
}

/* Gives all addresses in one option. Returns what the kernel answers. */
static int give_addresses(int fd, int option, char **addresses)
{
	char packed[MAX_ARGS * sizeof(struct sockaddr_in6)];
	size_t length = 0;

	for (; *addresses; addresses++) {
		struct peer peer = parse_peer(*addresses, true);

		memcpy(packed + length, &peer.address, peer.length);
		length += peer.length;
	}
	return setsockopt(fd, IPPROTO_SCTP, option, packed, length);
}

static void sctp_listen(const char *address)
{
	struct peer peer = parse_peer(address, true);
	int fd = open_sctp(SOCK_SEQPACKET, peer.family);

	if (fd < 0)
		return;
	/* It listens until this process ends. */
	if (bind(fd, (void *)&peer.address, peer.length))
		result(-1, "bind(sctp, %s)", address);
	else
		result(listen(fd, 1), "listen(sctp, %s)", address);
}

static void sctp_connect(const char *address)
{
	struct peer peer = parse_peer(address, true);
	int fd = open_sctp(SOCK_STREAM, peer.family);

	if (fd < 0)
		return;
	result(connect(fd, (void *)&peer.address, peer.length), "connect(sctp, %s)", address);
	close(fd);
}

static void sctp_connect_to_all(char **addresses)
{
	int fd = open_sctp(SOCK_STREAM, parse_peer(*addresses, true).family);

	if (fd < 0)
		return;
	result(give_addresses(fd, SCTP_SOCKOPT_CONNECTX, addresses), "sctp_connectx(%s ...)",
	       *addresses);
	close(fd);
}

static void sctp_send(const char *address, const char *more)
{
	struct peer peer = parse_peer(address, true);
	char control[CMSG_SPACE(sizeof(struct in_addr))] = {};
	struct iovec data = {.iov_base = "X", .iov_len = 1};
	struct msghdr message = {.msg_name = &peer.address,
				 .msg_namelen = peer.length,
				 .msg_iov = &data,
				 .msg_iovlen = 1};
	struct cmsghdr *header = (void *)control;
	int fd = open_sctp(SOCK_SEQPACKET, peer.family);

	if (fd < 0)
		return;
	if (more) {
		struct peer other = parse_peer(more, false);

		header->cmsg_level = IPPROTO_SCTP;
		header->cmsg_type = SCTP_DSTADDRV4;
		header->cmsg_len = CMSG_LEN(sizeof(struct in_addr));
		memcpy(CMSG_DATA(header), &((struct sockaddr_in *)&other.address)->sin_addr,
		       sizeof(struct in_addr));
		message.msg_control = control;
		message.msg_controllen = sizeof(control);
	}
	result(sendmsg(fd, &message, 0), "sendmsg(sctp, %s%s%s)", address, more ? ", " : "",
	       more ?: "");
	close(fd);
}

static void sctp_bind(const char *first, char **more)
{
	int fd = open_sctp(SOCK_STREAM, parse_peer(first ?: *more, true).family);
	struct peer peer;

	if (fd < 0)
		return;
	if (first) {
		peer = parse_peer(first, true);
		if (bind(fd, (void *)&peer.address, peer.length)) {
			result(-1, "bind(sctp, %s)", first);
			close(fd);
			return;
		}
	}
	result(give_addresses(fd, SCTP_SOCKOPT_BINDX_ADD, more), "sctp_bindx(%s ...)", *more);
	close(fd);
}

bool run_sctp(const char *name, char **arguments)
{
	if (IS("sctplisten"))
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
	else
		return false;
	return true;
}
