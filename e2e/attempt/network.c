// SPDX-License-Identifier: Apache-2.0
/* Sockets of IP, and beneath it. */
#define _GNU_SOURCE
#include <arpa/inet.h>
#include <linux/if_ether.h>
#include <linux/if_packet.h>
#include <net/if.h>
#include <netinet/in.h>
#include <netinet/ip_icmp.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/time.h>
#include <unistd.h>

#include "attempt.h"

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

int open_socket(int family, int type, int protocol)
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

bool run_network(const char *name, char **arguments)
{
	if (IS("tcp"))
		try_connect(A, SOCK_STREAM, 0);
	else if (IS("mptcp"))
		try_connect(A, SOCK_STREAM, IPPROTO_MPTCP);
	else if (IS("udpc"))
		try_connect(A, SOCK_DGRAM, 0);
	else if (IS("udp"))
		try_send(A, SOCK_DGRAM, 0, false);
	else if (IS("udpunspec"))
		try_send(A, SOCK_DGRAM, 0, true);
	else if (IS("tfo"))
		try_send(A, SOCK_STREAM, MSG_FASTOPEN, false);
	else if (IS("raw"))
		try_raw(A);
	else if (IS("packet"))
		try_packet();
	else if (IS("bindtcp"))
		try_listen(A, SOCK_STREAM, true, false);
	else if (IS("bindudp"))
		try_listen(A, SOCK_DGRAM, true, false);
	else if (IS("listen"))
		try_listen(A, SOCK_STREAM, true, true);
	else if (IS("listenunbound"))
		try_listen(A, SOCK_STREAM, false, true);
	else if (IS("socket"))
		try_socket(A);
	else
		return false;
	return true;
}
