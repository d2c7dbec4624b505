/* SPDX-License-Identifier: GPL-2.0-only OR Apache-2.0 */
/* What a socket address is judged as. Peers are judged before any service translation. */
#ifndef PORTCULLIS_NETWORK_H
#define PORTCULLIS_NETWORK_H

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

#endif
