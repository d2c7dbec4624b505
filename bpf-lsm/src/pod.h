/* SPDX-License-Identifier: GPL-2.0-only OR Apache-2.0 */
/*
 * Which pod, and which of its containers, a cgroup belongs to: by the names that a
 * kubelet and a container runtime give to cgroups of version 2.
 *
 *   /kubepods/burstable/pod<UID>/<container>
 *   /kubepods.slice/…/kubepods-burstable-pod<UID with underscores>.slice/cri-containerd-<container>.scope
 *   /kubepods/burstable/pod<config hash, 32 digits>/<container>         a static pod
 *
 * Read from the root downwards: the outermost match wins, as a container can make
 * cgroups of any name beneath its own, and as deep as it likes.
 */
#ifndef PORTCULLIS_POD_H
#define PORTCULLIS_POD_H

#include "scratch.h"

/* The deepest level at which a pod is looked for. A node that is a container itself adds some. */
#define POD_LEVELS 12
#define CGROUP_NAME_LIMIT 256

#define UID_DIGITS 32
/* UID_DIGITS in groups of 8, 4, 4, 4 and 12 */
#define UID_TEXT 36
#define POD_PREFIX 3
#define SUFFIX 6

/*
 * The last `count` bytes of a name of `length` bytes. Copied to where offsets are
 * constants: indexes that vary would each have to be proved to be in bounds.
 */
static __always_inline void read_end(struct scratch *scratch, u32 length, void *end, u32 count)
{
	bpf_probe_read_kernel(end, count,
			      &scratch->text[(length - count) & (CGROUP_NAME_LIMIT - 1)]);
}

/* The name's length without `suffix`, SUFFIX bytes, where it ends so. */
static __always_inline u32 without_suffix(struct scratch *scratch, u32 length, const char *suffix)
{
	u8 end[SUFFIX] = {};
	u32 different = 0;

	if (length <= SUFFIX)
		return length;
	read_end(scratch, length, end, SUFFIX);
	for (u32 i = 0; i < SUFFIX; i++)
		different |= end[i] ^ suffix[i];
	return different ? length : length - SUFFIX;
}

/*
 * Not 0 where this is no hexadecimal digit. Arithmetic, as the verifier would
 * follow both sides of every branch, 32 times over.
 */
static __always_inline u32 no_digit(u32 byte)
{
	u32 number = byte - '0', letter = byte - 'a';

	/* The sign is set where it is less than none, or less than ten or six. */
	return ~(((number - 10) & ~number) | ((letter - 6) & ~letter)) >> 31;
}

/*
 * Takes the UID that a name of `length` bytes ends with, behind "pod"; with a
 * separator behind the digits 8, 12, 16 and 20 where `grouped`. Returns 0 if there
 * is none.
 */
static __always_inline int take_uid(struct scratch *scratch, u32 length, bool grouped)
{
	u32 count = POD_PREFIX + (grouped ? UID_TEXT : UID_DIGITS);
	u8 *text = scratch->place.name_end;
	u32 at = POD_PREFIX, wrong;

	if (length < count)
		return 0;
	read_end(scratch, length, text, count);
	wrong = (text[0] ^ 'p') | (text[1] ^ 'o') | (text[2] ^ 'd');
#pragma unroll
	for (u32 i = 0; i < UID_DIGITS; i++) {
		if (grouped && (i == 8 || i == 12 || i == 16 || i == 20)) {
			wrong |= (text[at] - '-') * (text[at] - '_');
			at++;
		}
		wrong |= no_digit(text[at]);
		scratch->place.pod.digits[i] = text[at];
		at++;
	}
	return !wrong;
}

/* Takes the pod's UID out of the name of a cgroup, `length` bytes of text. */
__noinline int take_pod(struct scratch *scratch, u32 length)
{
	if (!scratch)
		return 0;
	length = without_suffix(scratch, length, ".slice");
	return take_uid(scratch, length, true) || take_uid(scratch, length, false);
}

/* Takes the container's id out of the name of its cgroup. */
static __always_inline void take_container(struct scratch *scratch, u32 length)
{
	struct container_id *id = &scratch->place.container;

	length = without_suffix(scratch, length, ".scope");
	if (length < sizeof(*id))
		return;
	bpf_probe_read_kernel(id, sizeof(*id),
			      &scratch->text[(length - sizeof(*id)) & (CGROUP_NAME_LIMIT - 1)]);
}

/*
 * Reads the name and the id of a cgroup's ancestor. Returns the name's length, or 0
 * where there is none.
 */
static __always_inline u32 read_ancestor(struct scratch *scratch, u64 cgroup, u32 level, u64 *id)
{
	u64 ancestor =
		read_address(cgroup + bpf_core_field_offset(struct cgroup, ancestors) + level * 8);
	u64 node = read_address(ancestor + bpf_core_field_offset(struct cgroup, kn));
	u64 name = read_address(node + bpf_core_field_offset(struct kernfs_node, name));
	long length;

	*id = read_address(node + bpf_core_field_offset(struct kernfs_node, id));
	length = bpf_probe_read_kernel_str(scratch->text, CGROUP_NAME_LIMIT, (void *)name);
	return length > 0 ? length - 1 : 0;
}

/*
 * Finds the pod that a cgroup (its kernel address) belongs to, and leaves it in
 * scratch->place. Returns 0 where it is no pod's.
 */
__noinline int find_pod(struct scratch *scratch, u64 cgroup)
{
	u32 deepest = 0, level, length;
	u64 id = 0;

	if (!scratch)
		return 0;
	bpf_probe_read_kernel(&deepest, sizeof(deepest),
			      (void *)(cgroup + bpf_core_field_offset(struct cgroup, level)));
	for (level = 1; level <= POD_LEVELS; level++) {
		if (level > deepest)
			return 0;
		length = read_ancestor(scratch, cgroup, level, &id);
		if (take_pod(scratch, length))
			break;
	}
	if (level > POD_LEVELS)
		return 0;
	__builtin_memset(&scratch->place.container, 0, sizeof(scratch->place.container));
	if (level < deepest) {
		length = read_ancestor(scratch, cgroup, ++level, &id);
		take_container(scratch, length);
	}
	scratch->place.cgroup = id;
	scratch->place.level = level;
	return 1;
}

#endif
