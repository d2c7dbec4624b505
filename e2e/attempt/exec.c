// SPDX-License-Identifier: Apache-2.0
/* Executing programs. */
#define _GNU_SOURCE
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/wait.h>
#include <unistd.h>

#include "attempt.h"

/* Runs `path`, or what `fd` holds if that is not negative, in a child. */
static void try_exec(const char *path, int fd, char **arguments)
{
	int told[2], error, status;
	char what[4200];
	pid_t child;

	snprintf(what, sizeof(what), fd < 0 ? "execve(\"%s\")" : "fexecve(%s)", path);
	if (pipe2(told, O_CLOEXEC))
		_exit(3);
	child = fork();
	if (child < 0) {
		result(-1, "fork()");
		return;
	}
	if (!child) {
		if (fd < 0)
			execv(path, arguments);
		else
			fexecve(fd, arguments, environ);
		error = errno;
		if (write(told[1], &error, sizeof(error)) < 0)
			_exit(3);
		_exit(0);
	}
	close(told[1]);
	if (read(told[0], &error, sizeof(error)) == sizeof(error)) {
		errno = error;
		result(-1, "%s", what);
		waitpid(child, &status, 0);
	} else {
		waitpid(child, &status, 0);
		print_status(status, what);
	}
	close(told[0]);
}

static void try_memfd_exec(const char *path, char **arguments)
{
	const char *slash = strrchr(path, '/');
	const char *name = slash ? slash + 1 : path;
	/* No MFD_CLOEXEC: a script's interpreter could not read it. */
	int memfd = memfd_create(name, 0);
	int source = open(path, O_RDONLY | O_CLOEXEC);
	char buffer[65536];
	ssize_t length;

	if (memfd < 0 || source < 0) {
		result(-1, "memfd_create(\"%s\") and open", name);
		return;
	}
	while ((length = read(source, buffer, sizeof(buffer))) > 0)
		if (write(memfd, buffer, length) != length)
			_exit(3);
	close(source);
	try_exec(name, memfd, arguments);
	close(memfd);
}

/* Executes a file by a descriptor that was opened for no access. */
static void try_descriptor_exec(const char *path, char **arguments)
{
	int fd = open(path, O_PATH | O_CLOEXEC);

	if (fd < 0) {
		result(-1, "open(\"%s\", O_PATH)", path);
		return;
	}
	try_exec(path, fd, arguments);
	close(fd);
}

bool run_exec(const char *name, char **arguments)
{
	if (IS("exec"))
		try_exec(A, -1, arguments);
	else if (IS("fdexec"))
		try_descriptor_exec(A, arguments);
	else if (IS("memfdexec"))
		try_memfd_exec(A, arguments);
	else
		return false;
	return true;
}
