/* SPDX-License-Identifier: GPL-2.0-only OR Apache-2.0 */
/*
 * Hooks of unix sockets that have a path: to connect or to send to one is to write to it.
 * The path that counts is that of the socket at the other end, not what the caller wrote.
 */
#include "judge.h"

/* Judges what is done to a socket, by its kernel address. */
static __always_inline int write_socket(u32 operation, u64 socket)
{
	u32 scope = current_scope();
	u64 mount, dentry;

	if (scope == SCOPE_HOST)
		return allow();
	mount = read_address(socket + bpf_core_field_offset(struct unix_sock, path.mnt));
	dentry = read_address(socket + bpf_core_field_offset(struct unix_sock, path.dentry));
	/* Abstract, or one of a pair. */
	if (!dentry)
		return allow();
	if (scope == SCOPE_UNKNOWN)
		return -EACCES;
	return answer(judge_path(scope, ASK(KIND_WRITE, operation) | ASK_ANY_NAME, mount, dentry) &
			      JUDGED_REFUSED,
		      -EACCES);
}

SEC("lsm/unix_stream_connect")
int BPF_PROG(unix_stream_connect, struct sock *sock, struct sock *other)
{
	return write_socket(OPERATION_CONNECT, address_of(other));
}

/* Asked at each datagram, and when one is connected. */
SEC("lsm/unix_may_send")
int BPF_PROG(unix_may_send, struct socket *sock, struct socket *other)
{
	return write_socket(OPERATION_SEND, address_of(other->sk));
}
