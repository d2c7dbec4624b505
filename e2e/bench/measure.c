// SPDX-License-Identifier: Apache-2.0
/*
 * Counts instructions of operations, in a virtual machine whose time stamp counter
 * counts them (`vm run --icount`): user's and kernel's, of all that happens between two
 * readings. Prints a line for each, its name and the median of many.
 *
 *   measure NOW FOLDER [PROFILE]
 *
 * NOW is the program of now.S. FOLDER is on a tmpfs mounted at a child of the root. PROFILE is one of AppArmor to change
 * to first.
 */
#define _GNU_SOURCE
#include <arpa/inet.h>
#include <errno.h>
#include <fcntl.h>
#include <netinet/in.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>
#include <x86intrin.h>

/* Paths that are gone through, so that no cache answers. */
#define PATHS 1000
#define ROUNDS 3
#define EXECS 200
#define PORT 7400
/* The descriptor that now.S writes to. */
#define TOLD 9
/* Bytes of the last component. */
#define SHORT_NAME 8
#define LONG_NAME 208

typedef unsigned long long count;

static count counts[PATHS * ROUNDS];
static int counted;

static void check(int value, const char *what)
{
	if (value >= 0)
		return;
	perror(what);
	exit(1);
}

static int compare(const void *one, const void *other)
{
	count a = *(const count *)one, b = *(const count *)other;

	return a < b ? -1 : a > b;
}

static void print_median(const char *name)
{
	qsort(counts, counted, sizeof(counts[0]), compare);
	printf("%s %llu\n", name, counts[counted / 2]);
	fflush(stdout);
	counted = 0;
}

/* FOLDER is one component itself; the last is filled up to `name_length` bytes. */
static void path_at(char *path, const char *folder, int depth, int number, int name_length)
{
	int length = sprintf(path, "%s", folder);

	for (int i = 0; i < depth - 2; i++)
		length += sprintf(path + length, "/directory%d", i);
	sprintf(path + length, "/file%0*d", name_length - 4, number);
}

static void make_parents(char *path)
{
	for (char *slash = strchr(path + 1, '/'); slash; slash = strchr(slash + 1, '/')) {
		*slash = 0;
		mkdir(path, 0755);
		*slash = '/';
	}
}

/*
 * Files of one directory in turn, or, with `renaming`, each just after something was
 * renamed: what Portcullis remembers of a directory then counts no more.
 */
static void open_and_close(const char *folder, int depth, int name_length, const char *renaming)
{
	static char paths[PATHS][512];
	static int renamed;
	char name[64], names[2][256];

	for (int i = 0; i < 2; i++)
		sprintf(names[i], "%s/renamed%d", folder, i);
	close(open(names[renamed % 2], O_CREAT | O_RDONLY, 0644));
	for (int i = 0; i < PATHS; i++) {
		path_at(paths[i], folder, depth, i, name_length);
		make_parents(paths[i]);
		int fd = open(paths[i], O_CREAT | O_RDONLY, 0644);
		check(fd, paths[i]);
		close(fd);
	}
	for (int i = 0; i < PATHS * ROUNDS; i++) {
		if (*renaming) {
			check(rename(names[renamed % 2], names[!(renamed % 2)]), "rename");
			renamed++;
		}
		count begin = __rdtsc();
		int fd = open(paths[i % PATHS], O_RDONLY);

		close(fd);
		counts[counted++] = __rdtsc() - begin;
		check(fd, paths[i % PATHS]);
	}
	sprintf(name, "open+close, depth %d%s%s", depth,
		name_length == LONG_NAME ? ", 200 bytes more" : "", renaming);
	print_median(name);
}

static void use_byte(const char *folder, bool writing)
{
	char path[256], byte = 'x';

	path_at(path, folder, 2, 0, SHORT_NAME);
	int fd = open(path, O_RDWR);
	check(fd, path);
	check(pwrite(fd, &byte, 1, 0), path);
	for (int i = 0; i < PATHS; i++) {
		count begin = __rdtsc();
		ssize_t used = writing ? pwrite(fd, &byte, 1, 0) : pread(fd, &byte, 1, 0);

		counts[counted++] = __rdtsc() - begin;
		check(used - 1, path);
	}
	close(fd);
	print_median(writing ? "write of 1 byte" : "read of 1 byte");
}

static void connect_to_peer(int type)
{
	struct sockaddr_in peer = {.sin_family = AF_INET,
				   .sin_port = htons(PORT),
				   .sin_addr = {htonl(INADDR_LOOPBACK)}};
	int listener = socket(AF_INET, type, 0), one = 1;

	setsockopt(listener, SOL_SOCKET, SO_REUSEADDR, &one, sizeof(one));
	check(bind(listener, (struct sockaddr *)&peer, sizeof(peer)), "bind");
	if (type == SOCK_STREAM)
		check(listen(listener, 16), "listen");
	for (int i = 0; i < PATHS; i++) {
		int fd = socket(AF_INET, type, 0);
		count begin = __rdtsc();
		int connected = connect(fd, (struct sockaddr *)&peer, sizeof(peer));

		counts[counted++] = __rdtsc() - begin;
		check(connected, "connect");
		if (type == SOCK_STREAM)
			close(accept(listener, 0, 0));
		close(fd);
	}
	close(listener);
	print_median(type == SOCK_STREAM ? "TCP connect" : "UDP connect");
}

static void copy_program(const char *program, const char *path)
{
	char bytes[65536];
	int from = open(program, O_RDONLY);
	int to = open(path, O_CREAT | O_TRUNC | O_WRONLY, 0755);
	ssize_t length;

	check(from, program);
	check(to, path);
	while ((length = read(from, bytes, sizeof(bytes))) > 0)
		check(write(to, bytes, length), path);
	close(from);
	close(to);
}

/* From execve's call to the new program's first instruction. */
static void execute(const char *program, const char *folder, int depth)
{
	char path[256], name[32];
	static volatile count begin;
	int told[2];

	path_at(path, folder, depth, 9999, SHORT_NAME);
	make_parents(path);
	copy_program(program, path);
	check(pipe(told), "pipe");
	check(dup2(told[1], TOLD), "dup2");
	char *arguments[] = {path, 0};
	for (int i = 0; i < EXECS; i++) {
		count end;
		pid_t child = vfork();

		if (!child) {
			begin = __rdtsc();
			execv(path, arguments);
			_exit(1);
		}
		check(child, "vfork");
		waitpid(child, 0, 0);
		check(read(told[0], &end, sizeof(end)) == sizeof(end) ? 0 : -1, path);
		counts[counted++] = end - begin;
	}
	close(told[0]);
	close(told[1]);
	close(TOLD);
	sprintf(name, "exec, depth %d", depth);
	print_median(name);
}

static void change_profile(const char *profile)
{
	char text[128];
	int length = sprintf(text, "changeprofile %s", profile);
	int fd = open("/proc/self/attr/current", O_WRONLY);

	check(fd, "/proc/self/attr/current");
	check(write(fd, text, length), text);
	close(fd);
}

int main(int argc, char **arguments)
{
	const char *folder;

	if (argc < 3) {
		fputs("usage: measure NOW FOLDER [PROFILE]\n", stderr);
		return 2;
	}
	folder = arguments[2];
	if (argc > 3)
		change_profile(arguments[3]);
	open_and_close(folder, 2, SHORT_NAME, "");
	open_and_close(folder, 2, LONG_NAME, "");
	open_and_close(folder, 5, SHORT_NAME, "");
	open_and_close(folder, 5, SHORT_NAME, " after a rename");
	open_and_close(folder, 10, SHORT_NAME, "");
	open_and_close(folder, 10, SHORT_NAME, " after a rename");
	use_byte(folder, false);
	use_byte(folder, true);
	connect_to_peer(SOCK_STREAM);
	connect_to_peer(SOCK_DGRAM);
	execute(arguments[1], folder, 2);
	execute(arguments[1], folder, 5);
	return 0;
}
