// SPDX-License-Identifier: Apache-2.0
/* Files: opening, mapping and changing them. */
#define _GNU_SOURCE
#include <errno.h>
#include <fcntl.h>
#include <linux/mount.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <sys/xattr.h>
#include <unistd.h>

#include "attempt.h"

/*
 * An access control list in the kernel's form, version 2: the owner, user 7, the group, a
 * mask and others may all read and write.
 */
#define ACCESS_LIST                                                                                \
	"\2\0\0\0"                                                                                 \
	"\1\0\6\0\377\377\377\377\2\0\6\0\7\0\0\0\4\0\6\0\377\377\377\377"                         \
	"\20\0\6\0\377\377\377\377\40\0\6\0\377\377\377\377"

static const char *flag_text(int flags)
{
	switch (flags) {
	case O_RDONLY:
		return "O_RDONLY";
	case O_WRONLY:
		return "O_WRONLY";
	case O_RDWR:
		return "O_RDWR";
	case O_CREAT | O_WRONLY:
		return "O_CREAT|O_WRONLY";
	case O_RDONLY | O_TRUNC:
		return "O_RDONLY|O_TRUNC";
	case O_PATH:
		return "O_PATH";
	default:
		return "?";
	}
}

/* Opening to write also writes, so that a test sees the file changed. */
static void try_open(const char *path, int flags)
{
	int fd = open(path, flags | O_CLOEXEC, 0644);

	result(fd, "open(\"%s\", %s)", path, flag_text(flags));
	if (fd < 0)
		return;
	if ((flags & O_ACCMODE) != O_RDONLY && write(fd, "X", 1) != 1)
		result(-1, "write(%d, \"X\")", fd);
	close(fd);
}

/* Takes hold of a file without opening it, and opens it by its descriptor. */
static void try_descriptor(const char *path, bool delete)
{
	char link[64];
	int held = open(path, O_PATH | O_CLOEXEC);
	int fd;

	if (held < 0 || (delete && unlink(path))) {
		result(-1, "open(\"%s\", O_PATH) and unlink", path);
		return;
	}
	snprintf(link, sizeof(link), "/proc/self/fd/%d", held);
	fd = open(link, O_RDONLY | O_CLOEXEC);
	result(fd, "open(\"%s\" (%s), O_RDONLY)", link, path);
	if (fd >= 0)
		close(fd);
	close(held);
}

static void try_open_tree(const char *tree, const char *file)
{
	int root = syscall(SYS_open_tree, AT_FDCWD, tree, OPEN_TREE_CLONE | O_CLOEXEC);
	int fd;

	if (root < 0) {
		result(-1, "open_tree(\"%s\", OPEN_TREE_CLONE)", tree);
		return;
	}
	fd = openat(root, file, O_RDONLY | O_CLOEXEC);
	result(fd, "openat(open_tree(\"%s\"), \"%s\", O_RDONLY)", tree, file);
	if (fd >= 0)
		close(fd);
	close(root);
}

/* A file that has no name until somebody gives it one. */
static void try_unnamed(const char *dir)
{
	int fd = open(dir, O_TMPFILE | O_WRONLY | O_CLOEXEC, 0644);

	result(fd, "open(\"%s\", O_TMPFILE|O_WRONLY)", dir);
	if (fd >= 0)
		close(fd);
}

/* Maps a file executable, at once or, where `later`, by a change of the mapping. */
static void try_map(const char *path, bool later)
{
	int fd = open(path, O_RDONLY | O_CLOEXEC);
	void *memory;

	if (fd < 0) {
		result(-1, "open(\"%s\", O_RDONLY)", path);
		return;
	}
	memory = mmap(0, 4096, PROT_READ | (later ? 0 : PROT_EXEC), MAP_PRIVATE, fd, 0);
	if (memory == MAP_FAILED || !later)
		result(memory == MAP_FAILED ? -1 : 0, "mmap(\"%s\")", path);
	else
		result(mprotect(memory, 4096, PROT_READ | PROT_EXEC), "mprotect(\"%s\")", path);
	close(fd);
}

static void try_map_anonymous(bool later)
{
	void *memory = mmap(0, 4096, PROT_READ | PROT_WRITE | (later ? 0 : PROT_EXEC),
			    MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);

	if (memory == MAP_FAILED || !later)
		result(memory == MAP_FAILED ? -1 : 0, "mmap(anonymous)");
	else
		result(mprotect(memory, 4096, PROT_READ | PROT_EXEC), "mprotect(anonymous)");
}

/* Makes directories within each other and goes into the last one. */
static void dig(const char *top, int length, int depth)
{
	char name[256];

	memset(name, 'd', sizeof(name));
	name[length] = 0;
	if (chdir(top)) {
		result(-1, "chdir(\"%s\")", top);
		return;
	}
	for (int i = 0; i < depth; i++) {
		if ((mkdir(name, 0755) && errno != EEXIST) || chdir(name)) {
			result(-1, "dig, directory %d", i);
			return;
		}
	}
	result(0, "dig(\"%s\", %d, %d)", top, length, depth);
}

bool run_file(const char *name, char **arguments)
{
	if (IS("read"))
		try_open(A, O_RDONLY);
	else if (IS("write"))
		try_open(A, O_WRONLY);
	else if (IS("rdwr"))
		try_open(A, O_RDWR);
	else if (IS("create"))
		try_open(A, O_CREAT | O_WRONLY);
	else if (IS("trunc"))
		try_open(A, O_RDONLY | O_TRUNC);
	else if (IS("unnamed"))
		try_unnamed(A);
	else if (IS("opath"))
		try_open(A, O_PATH);
	else if (IS("descriptor"))
		try_descriptor(A, false);
	else if (IS("deleted"))
		try_descriptor(A, true);
	else if (IS("opentree"))
		try_open_tree(A, B);
	else if (IS("dig"))
		dig(A, atoi(B), atoi(C));
	else if (IS("map"))
		try_map(A, false);
	else if (IS("maplater"))
		try_map(A, true);
	else if (IS("anon"))
		try_map_anonymous(false);
	else if (IS("anonlater"))
		try_map_anonymous(true);
	else if (IS("exchange"))
		result(syscall(SYS_renameat2, AT_FDCWD, A, AT_FDCWD, B, RENAME_EXCHANGE),
		       "renameat2(\"%s\", \"%s\", RENAME_EXCHANGE)", A, B);
	else if (IS("rename") || IS("movedir"))
		result(rename(A, B), "rename(\"%s\", \"%s\")", A, B);
	else if (IS("link"))
		result(link(A, B), "link(\"%s\", \"%s\")", A, B);
	else if (IS("symlink"))
		result(symlink(A, B), "symlink(\"%s\", \"%s\")", A, B);
	else if (IS("unlink"))
		result(unlink(A), "unlink(\"%s\")", A);
	else if (IS("mkdir"))
		result(mkdir(A, 0755), "mkdir(\"%s\")", A);
	else if (IS("rmdir"))
		result(rmdir(A), "rmdir(\"%s\")", A);
	else if (IS("mkfifo"))
		result(mkfifo(A, 0644), "mkfifo(\"%s\")", A);
	else if (IS("truncate"))
		result(truncate(A, 0), "truncate(\"%s\", 0)", A);
	else if (IS("chmod"))
		result(chmod(A, 0600), "chmod(\"%s\", 0600)", A);
	else if (IS("chown"))
		result(chown(A, 7, 7), "chown(\"%s\", 7, 7)", A);
	else if (IS("setxattr"))
		result(setxattr(A, "trusted.test", "x", 1, 0), "setxattr(\"%s\")", A);
	else if (IS("removexattr"))
		result(removexattr(A, "trusted.test"), "removexattr(\"%s\")", A);
	else if (IS("removeacl"))
		result(removexattr(A, "system.posix_acl_access"),
		       "removexattr(\"%s\", \"system.posix_acl_access\")", A);
	else if (IS("setacl"))
		result(setxattr(A, "system.posix_acl_access", ACCESS_LIST, sizeof(ACCESS_LIST) - 1,
				0),
		       "setxattr(\"%s\", \"system.posix_acl_access\")", A);
	else
		return false;
	return true;
}
