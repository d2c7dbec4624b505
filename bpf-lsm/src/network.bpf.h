/* SPDX-License-Identifier: GPL-2.0-only OR Apache-2.0 */
/* Hooks of the network family. Peers are judged before any service translation. */
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

/*
 * As a peer the unspecified address is where the kernel sends what is addressed so:
 * the loopback address. As a local address it stands for itself.
 */
static __always_inline void fill_v4(struct egress_question *question, const u8 *v4, bool peer)
{
	bool any = peer && !(v4[0] | v4[1] | v4[2] | v4[3]);

	question->family = 4;
	__builtin_memset(question->address, 0, sizeof(question->address));
	question->address[10] = 0xff;
	question->address[11] = 0xff;
	question->address[12] = any ? 127 : v4[0];
	question->address[13] = v4[1];
	question->address[14] = v4[2];
	question->address[15] = any ? 1 : v4[3];
}

static __always_inline void fill_v6(struct egress_question *question, const u8 *v6, bool peer)
{
	u64 high, low;

	__builtin_memcpy(&high, v6, sizeof(high));
	__builtin_memcpy(&low, v6 + 8, sizeof(low));
	if (!high && (u32)low == 0xffff0000) { /* ::ffff:a.b.c.d */
		fill_v4(question, v6 + 12, peer);
		return;
	}
	question->family = 6;
	__builtin_memcpy(question->address, v6, sizeof(question->address));
	if (peer && !high && !low)
		question->address[15] = 1;
}

/*
 * Judges one peer or, for KIND_LISTEN, one local address, as a socket address: its own
 * address is that of the kernel's copy, or 0 where the peer cannot be told (a raw or
 * packet socket, whose sender writes the headers itself). Returns JUDGED_* bits.
 */
__noinline int judge_address(u32 scope, u32 ask, u32 protocol, u64 address, u32 length)
{
	struct request request = {.scope = scope, .ask = ask};
	struct rule_set *rules = rule_set_of(scope);
	struct egress_question question = {};
	struct address peer = {};
	struct scratch *scratch;
	u32 kind = ASKED_KIND(ask), class;
	bool egress = kind == KIND_EGRESS;
	u64 verdicts;
	int judged = 0;

	if (!rules)
		return JUDGED_REFUSED;
	if (kind >= KIND_COUNT || !is_asked(rules, kind))
		return 0;
	if (address) {
		if (length > sizeof(peer))
			length = sizeof(peer);
		if (bpf_probe_read_kernel(&peer, length, (void *)address))
			return JUDGED_REFUSED;
	}
	scratch = scratch_claim();
	if (!scratch)
		return JUDGED_REFUSED;
	class = current_class(scratch, rules);
	if (address) {
		question.protocol = protocol;
		if (has_ports(protocol)) {
			question.port[0] = peer.port[0];
			question.port[1] = peer.port[1];
		}
		if (peer.family == AF_INET6)
			fill_v6(&question, peer.v6, egress);
		else
			fill_v4(&question, peer.v4_or_flow, egress);
		scratch->begin = PATH_LIMIT - sizeof(question);
		__builtin_memcpy(&scratch->text[PATH_LIMIT - sizeof(question)], &question,
				 sizeof(question));
		judged = judge_text(scratch, &request, rules, class);
	} else {
		verdicts = unresolved_verdicts(rules, class, kind);
		if (verdicts)
			judged = conclude(scratch, &request, rules, verdicts, true);
	}
	scratch_release(scratch);
	return judged;
}

static __always_inline bool refuses_address(u32 scope, u32 ask, u32 protocol, u64 address,
					    u32 length)
{
	return judge_address(scope, ask, protocol, address, length) & JUDGED_REFUSED;
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
	return answer(refuses_address(scope, ASK(KIND_EGRESS, OPERATION_CONNECT), protocol_of(sk),
				      address_of(address), length),
		      -EACCES);
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
	return answer(refuses_address(scope, ASK(KIND_EGRESS, OPERATION_SEND), protocol, address,
				      message->msg_namelen),
		      -EACCES);
}

/* Whether a socket's local addresses are judged. */
static __always_inline bool has_local_address(struct sock *sk)
{
	return sk && !of_the_kernel(sk) && is_inet(sk->__sk_common.skc_family);
}

SEC("lsm/socket_bind")
int BPF_PROG(socket_bind, struct socket *sock, struct sockaddr *address, int length)
{
	u32 scope = current_scope();
	struct sock *sk = sock->sk;
	u32 family;

	if (scope == SCOPE_HOST || !has_local_address(sk))
		return 0;
	if (scope == SCOPE_UNKNOWN)
		return -EACCES;
	family = address->sa_family;
	/* The kernel takes AF_UNSPEC for AF_INET here, and refuses others itself. */
	if (!is_inet(family) && family != AF_UNSPEC)
		return 0;
	return answer(refuses_address(scope, ASK(KIND_LISTEN, OPERATION_BIND), protocol_of(sk),
				      address_of(address), length),
		      -EACCES);
}

/* Where a socket listens that was bound before, or is bound by this to a port of the kernel's choice. */
SEC("lsm/socket_listen")
int BPF_PROG(socket_listen, struct socket *sock, int backlog)
{
	u32 scope = current_scope();
	struct sock *sk = sock->sk;
	struct address local = {};
	u32 port;

	if (scope == SCOPE_HOST || !has_local_address(sk))
		return 0;
	if (scope == SCOPE_UNKNOWN)
		return -EACCES;
	local.family = sk->__sk_common.skc_family;
	port = sk->__sk_common.skc_num;
	local.port[0] = port >> 8;
	local.port[1] = port;
	if (local.family == AF_INET6) {
		bpf_core_read(local.v6, sizeof(local.v6), &sk->__sk_common.skc_v6_rcv_saddr);
	} else {
		u32 v4 = sk->__sk_common.skc_rcv_saddr;

		__builtin_memcpy(local.v4_or_flow, &v4, sizeof(v4));
	}
	/* The compiler does not see that the other function reads it. */
	asm volatile("" ::"r"(&local) : "memory");
	return answer(refuses_address(scope, ASK(KIND_LISTEN, OPERATION_LISTEN), protocol_of(sk),
				      address_of(&local), sizeof(local)),
		      -EACCES);
}

/* The sort of a socket that policies can name, 0 for none. */
static __always_inline u32 sort_of(int family, int type)
{
	if (is_inet(family) && type == SOCK_RAW)
		return SORT_RAW;
	if (family == AF_PACKET)
		return SORT_PACKET;
	if (family == AF_UNIX)
		return SORT_UNIX;
	return family == AF_NETLINK ? SORT_NETLINK : 0;
}

SEC("lsm/socket_create")
int BPF_PROG(socket_create, int family, int type, int protocol, int kern)
{
	u32 sort = sort_of(family, type);

	if (kern || !sort)
		return allow();
	return answer(refuses_number(ASK(KIND_SOCKET, OPERATION_SOCKET), sort), -EACCES);
}
