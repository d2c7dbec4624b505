/* SPDX-License-Identifier: GPL-2.0-only OR Apache-2.0 */
/*
 * The addresses that SCTP takes beside connect, bind and the name of a message: several at
 * once, in options of a socket and in the control data of a message.
 */
#ifndef PORTCULLIS_SCTP_BPF_H
#define PORTCULLIS_SCTP_BPF_H

#include "network.h"

/* Addresses of one call that are judged one by one; where there are more, all are unresolved. */
#define ADDRESSES_LIMIT 64

/* Pieces of control data that are looked at; there are nine types. */
#define CONTROLS_LIMIT 16

/* The kernel's struct cmsghdr, which begins each piece. */
struct control_header {
	u64 length; /* of it and its data, in bytes */
	u32 level;
	u32 type;
};

struct control_search {
	u64 at, end;
	bool more_peers;
};

static long look_at_control(u32 index, struct control_search *search)
{
	struct control_header header;

	if (search->at + sizeof(header) > search->end)
		return 1;
	search->more_peers = true;
	if (index == CONTROLS_LIMIT ||
	    bpf_probe_read_kernel(&header, sizeof(header), (void *)search->at))
		return 1;
	if (header.level == IPPROTO_SCTP &&
	    (header.type == SCTP_DSTADDRV4 || header.type == SCTP_DSTADDRV6))
		return 1;
	search->more_peers = false;
	if (header.length < sizeof(header) || header.length > search->end - search->at)
		return 1; /* which the kernel refuses */
	search->at += (header.length + sizeof(u64) - 1) & -sizeof(u64);
	return 0;
}

/* Whether a message may name peers in its control data, which no hook is asked about. */
static __always_inline bool names_more_peers(struct msghdr *message)
{
	struct control_search search = {.at = address_of(message->msg_control)};

	search.end = search.at + message->msg_controllen;
	bpf_loop(CONTROLS_LIMIT + 1, look_at_control, &search, 0);
	return search.more_peers;
}

struct addresses {
	u64 at, end;
	struct address address;
	u32 scope, ask;
	u16 own_port; /* of the socket: what port 0 means */
	bool refused;
};

static long judge_next_address(u32 index, struct addresses *addresses)
{
	struct address *address = &addresses->address;
	u64 judged = address_of(address), left = addresses->end - addresses->at;
	u32 length = SOCKADDR_IN_SIZE;
	u16 family;

	if (left < sizeof(family))
		return 1;
	if (index == ADDRESSES_LIMIT ||
	    bpf_probe_read_kernel(&family, sizeof(family), (void *)addresses->at)) {
		judged = 0;
	} else {
		if (family == AF_INET6)
			length = SOCKADDR_IN6_SIZE;
		else if (family != AF_INET)
			return 1; /* which the kernel refuses, as it does one cut short */
		if (left < length ||
		    bpf_probe_read_kernel(address, family == AF_INET6 ? sizeof(*address) : 8,
					  (void *)addresses->at))
			return 1;
		if (!(address->port[0] | address->port[1])) {
			address->port[0] = addresses->own_port >> 8;
			address->port[1] = addresses->own_port;
		}
	}
	addresses->refused = refuses_address(addresses->scope, addresses->ask, IPPROTO_SCTP, judged,
					     sizeof(*address));
	addresses->at += length;
	return addresses->refused || !judged;
}

/*
 * An option of a socket that gives addresses, one after the other; or what a peer asks to
 * add, in whatever task is interrupted, and what sendmsg was asked about already.
 */
SEC("lsm/sctp_bind_connect")
int BPF_PROG(sctp_bind_connect, struct sock *sk, int option, struct sockaddr *address, int length)
{
	bool binds = option == SCTP_SOCKOPT_BINDX_ADD;
	struct addresses addresses = {};

	if (!binds && option != SCTP_SOCKOPT_CONNECTX)
		return allow();
	addresses.scope = current_scope();
	if (addresses.scope == SCOPE_HOST || of_the_kernel(sk))
		return 0;
	if (addresses.scope == SCOPE_UNKNOWN)
		return -EACCES;
	addresses.ask =
		binds ? ASK(KIND_LISTEN, OPERATION_BIND) : ASK(KIND_EGRESS, OPERATION_CONNECT);
	addresses.at = address_of(address);
	addresses.end = addresses.at + (u32)length;
	if (binds)
		addresses.own_port = sk->__sk_common.skc_num;
	bpf_loop(ADDRESSES_LIMIT + 1, judge_next_address, &addresses, 0);
	return answer(addresses.refused, -EACCES);
}

#endif
