/* SPDX-License-Identifier: GPL-2.0-only OR Apache-2.0 */
/* Hooks of the network family. */
#include "network.h"
#include "sctp.bpf.h"

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
	else if (protocol == IPPROTO_SCTP && names_more_peers(message))
		address = 0;
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
