/* SPDX-License-Identifier: GPL-2.0-only OR Apache-2.0 */
/* Hooks of the network family. Judged before any service translation. */
#include "judge.h"

/* As much of a socket address as matters here: sockaddr_in6 up to the address. */
struct address {
	u16 family;
	u8 port[2];
	u8 v4_or_flow[4];
	u8 v6[16];
};

static __always_inline bool has_ports(u32 protocol)
{
	return protocol == IPPROTO_TCP || protocol == IPPROTO_UDP || protocol == IPPROTO_SCTP ||
	       protocol == IPPROTO_UDPLITE || protocol == IPPROTO_DCCP;
}

/* The address to which the kernel sends what is addressed to "any". */
static __always_inline void fill_v4(struct egress_question *question, const u8 *v4)
{
	bool any = !(v4[0] | v4[1] | v4[2] | v4[3]);

	question->family = 4;
	__builtin_memset(question->address, 0, sizeof(question->address));
	question->address[10] = 0xff;
	question->address[11] = 0xff;
	question->address[12] = any ? 127 : v4[0];
	question->address[13] = v4[1];
	question->address[14] = v4[2];
	question->address[15] = any ? 1 : v4[3];
}

static __always_inline void fill_v6(struct egress_question *question, const u8 *v6)
{
	u64 high, low;

	__builtin_memcpy(&high, v6, sizeof(high));
	__builtin_memcpy(&low, v6 + 8, sizeof(low));
	if (!high && (u32)low == 0xffff0000) { /* ::ffff:a.b.c.d */
		fill_v4(question, v6 + 12);
		return;
	}
	question->family = 6;
	__builtin_memcpy(question->address, v6, sizeof(question->address));
	if (!high && !low)
		question->address[15] = 1;
}

/*
 * Judges one peer. `address` is the kernel's copy of it, 0 where the peer cannot
 * be told (a raw or packet socket, whose sender writes the headers itself).
 * Returns 1 to refuse.
 */
__noinline int judge_peer(u32 scope, u32 operation, u32 protocol, u64 address, u32 length)
{
	struct request request = {.scope = scope, .operation = operation, .kind = KIND_EGRESS};
	struct rule_set *rules = rule_set_of(scope);
	struct egress_question question = {};
	struct address peer = {};
	struct scratch *scratch;
	u64 verdicts;
	int refuse = 0;

	if (!rules)
		return 1;
	if (rules->start[KIND_EGRESS] == NO_START)
		return 0;
	if (address) {
		if (length > sizeof(peer))
			length = sizeof(peer);
		if (bpf_probe_read_kernel(&peer, length, (void *)address))
			return 1;
	}
	scratch = scratch_claim();
	if (!scratch)
		return 1;
	if (address) {
		question.protocol = protocol;
		if (has_ports(protocol)) {
			question.port[0] = peer.port[0];
			question.port[1] = peer.port[1];
		}
		if (peer.family == AF_INET6)
			fill_v6(&question, peer.v6);
		else
			fill_v4(&question, peer.v4_or_flow);
		scratch->begin = PATH_LIMIT - sizeof(question);
		__builtin_memcpy(&scratch->text[PATH_LIMIT - sizeof(question)], &question,
				 sizeof(question));
		verdicts = automaton_run(scratch, rules->start[KIND_EGRESS], rules->first);
	} else {
		verdicts = unresolved_verdicts(rules, KIND_EGRESS);
	}
	if (verdicts)
		refuse = conclude(scratch, &request, rules, verdicts, !address);
	scratch_release(scratch);
	return refuse;
}

static __always_inline u32 protocol_of(struct sock *sk)
{
	u32 protocol = sk->sk_protocol;

	/* MPTCP is TCP with more than one path; its number does not fit a byte. */
	return protocol == IPPROTO_MPTCP ? IPPROTO_TCP : protocol;
}

static __always_inline bool is_inet(u32 family)
{
	return family == AF_INET || family == AF_INET6;
}

/* Where a socket of the kernel's own (NFS, tunnels) talks to is not a task's doing. */
static __always_inline bool of_the_kernel(struct sock *sk)
{
	return BPF_CORE_READ_BITFIELD(sk, sk_kern_sock);
}

SEC("lsm/socket_connect")
int BPF_PROG(socket_connect, struct socket *sock, struct sockaddr *address, int length)
{
	u32 scope = current_scope();
	struct sock *sk = sock->sk;
	u32 family;

	if (scope == SCOPE_HOST || !sk || of_the_kernel(sk) || !is_inet(sk->__sk_common.skc_family))
		return 0;
	if (scope == SCOPE_UNKNOWN)
		return -EACCES;
	family = address->sa_family;
	/* connect to AF_UNSPEC ends an association; nothing is sent. */
	if (!is_inet(family))
		return 0;
	return judge_peer(scope, OPERATION_CONNECT, protocol_of(sk), address_of(address), length)
		       ? -EACCES
		       : 0;
}

SEC("lsm/socket_sendmsg")
int BPF_PROG(socket_sendmsg, struct socket *sock, struct msghdr *message, int size)
{
	u32 scope = current_scope();
	struct sock *sk = sock->sk;
	u64 address;
	u32 family, protocol;

	if (scope == SCOPE_HOST || !sk || of_the_kernel(sk))
		return 0;
	family = sk->__sk_common.skc_family;
	if (!is_inet(family) && family != AF_PACKET)
		return 0;
	if (scope == SCOPE_UNKNOWN)
		return -EACCES;
	address = address_of(message->msg_name);
	protocol = protocol_of(sk);
	if (family == AF_PACKET || sk->sk_type == SOCK_RAW)
		address = 0;
	else if (!address)
		return 0; /* to the peer that connect was judged for */
	else if (protocol == IPPROTO_TCP && !(message->msg_flags & MSG_FASTOPEN))
		return 0; /* a stream ignores the address, but for TCP fast open */
	return judge_peer(scope, OPERATION_SEND, protocol, address, message->msg_namelen) ? -EACCES
											  : 0;
}
