// SPDX-License-Identifier: Apache-2.0
/*
 * Tries operations, given as arguments, one after the other, and prints what
 * the kernel answered, one line each, as strace would:
 *
 *   open("/etc/shadow", O_RDONLY) = -1 EACCES (Permission denied)
 *
 * What an operation changes (root directory, namespaces, user) holds for those
 * behind it. Every wait is bounded. Exit status 2 if the usage is wrong, else 0:
 * a refusal is a result, not a failure.
 */
#define _GNU_SOURCE
#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

#include "attempt.h"

/* Where a case's name outlasts an execve of this program. */
#define CASE_NAME "ATTEMPT_CASE"

static char **operations; /* those not begun yet */
static int operations_left;

void fail_usage(const char *what)
{
	dprintf(2, "attempt: %s\n", what);
	_exit(2);
}

/* One write a line: what was printed before a SIGKILL stays printed. */
static void print_line(char *line)
{
	size_t length = strlen(line);

	line[length] = '\n';
	if (write(1, line, length + 1) < 0)
		_exit(3);
}

int last_errno;

/* Prints what a call returned; `value` below 0 means that errno says why. */
void result(long value, const char *format, ...)
{
	int error = errno;
	static char line[8192];
	va_list arguments;
	size_t at;

	last_errno = value < 0 ? error : 0;
	va_start(arguments, format);
	vsnprintf(line, sizeof(line) - 128, format, arguments);
	va_end(arguments);
	at = strlen(line);
	if (value < 0)
		snprintf(line + at, 127, " = -1 %s (%s)", strerrorname_np(error), strerror(error));
	else
		snprintf(line + at, 127, " = %ld", value);
	print_line(line);
}

void result_text(const char *text, const char *format, ...)
{
	static char line[8192];
	va_list arguments;
	size_t at;

	last_errno = 0;
	va_start(arguments, format);
	vsnprintf(line, sizeof(line) - 256, format, arguments);
	va_end(arguments);
	at = strlen(line);
	snprintf(line + at, 255, " = %s", text);
	print_line(line);
}

void print_status(int status, const char *what)
{
	char text[64];

	if (WIFSIGNALED(status))
		snprintf(text, sizeof(text), "killed by SIG%s", sigabbrev_np(WTERMSIG(status)));
	else
		snprintf(text, sizeof(text), "exited %d", WEXITSTATUS(status));
	result_text(text, "%s", what);
}

double now(void)
{
	struct timespec time;

	clock_gettime(CLOCK_MONOTONIC, &time);
	return time.tv_sec + time.tv_nsec / 1e9;
}

char *need(char **arguments, int index)
{
	if (!arguments[index])
		fail_usage("an operation lacks an argument");
	return arguments[index];
}

/* Those from `index` on, at least one. */
char **from(char **arguments, int index)
{
	need(arguments, index);
	return arguments + index;
}

static void wait_file(const char *path)
{
	double end = now() + WAIT_SECONDS;

	while (access(path, F_OK) && now() < end)
		usleep(POLL_MICROSECONDS);
	result(access(path, F_OK), "access(\"%s\"), waiting", path);
}

static void run_next(void);

/* The kernel tells a task's name in events: which case they belong to. */
static void take_name(const char *name)
{
	prctl(PR_SET_NAME, name);
	setenv(CASE_NAME, name, 1);
}

/* In a child: does the next `count` operations, and no more by an execve either. */
static void run_and_exit(int count)
{
	operations[count] = 0;
	operations_left = count;
	while (operations_left > 0)
		run_next();
	_exit(0);
}

/* Runs the next `count` operations in a child, or in an orphan in its own session. */
static void in_child(int count, bool orphan, const char *case_name)
{
	char **after = operations + count;
	int left = operations_left - count;
	int gone[2], status;
	pid_t child, middle;
	char byte;

	if (left < 0)
		fail_usage("fewer operations than child, orphan or case shall run");
	if (pipe2(gone, O_CLOEXEC))
		_exit(3);
	child = fork();
	if (!child) {
		if (orphan) {
			/* Until the pipe's other end is closed, the orphan is at work. */
			middle = getpid();
			if (setsid() < 0 || fork())
				_exit(0);
			while (getppid() == middle)
				usleep(POLL_MICROSECONDS);
		}
		if (case_name)
			take_name(case_name);
		run_and_exit(count);
	}
	close(gone[1]);
	if (child < 0)
		result(-1, "fork()");
	waitpid(child, &status, 0);
	if (orphan && read(gone[0], &byte, 1) < 0) /* until it has ended too */
		_exit(3);
	close(gone[0]);
	if (!orphan)
		print_status(status, case_name ?: "child");
	operations = after;
	operations_left = left;
}

/* Tries the next operation again and again until it ends with that errno, or "0". */
static void until(const char *expected)
{
	double end = now() + WAIT_SECONDS;
	char **operation = operations;
	int left = operations_left;
	int out = dup(1), silent = open("/dev/null", O_WRONLY);

	if (!left || silent < 0)
		fail_usage("until needs an operation, and /dev/null");
	dup2(silent, 1);
	do {
		operations = operation;
		operations_left = left;
		run_next();
		if (!strcmp(last_errno ? strerrorname_np(last_errno) : "0", expected))
			break;
		usleep(POLL_MICROSECONDS);
	} while (now() < end);
	dup2(out, 1);
	close(out);
	close(silent);
	operations = operation;
	operations_left = left;
	run_next();
}

static bool run_attempt(const char *name, char **arguments)
{
	if (IS("become")) {
		*--operations = A;
		execv(A, operations);
		result(-1, "execve(\"%s\")", A);
		operations++;
	} else if (IS("sleep"))
		usleep(atoi(A) * 1000);
	else if (IS("waitfile"))
		wait_file(A);
	else if (IS("child"))
		in_child(atoi(A), false, 0);
	else if (IS("orphan"))
		in_child(atoi(A), true, 0);
	else if (IS("case"))
		in_child(atoi(B), false, A);
	else if (IS("until"))
		until(A);
	else
		return false;
	return true;
}

static void run(char *name, char *rest)
{
	char *arguments[MAX_ARGS + 1] = {};
	char *copy = strdup(rest);
	int count = 0;

	for (char *part = strtok(copy, ","); part && count < MAX_ARGS; part = strtok(0, ","))
		arguments[count++] = part;
	if (!run_attempt(name, arguments) && !run_file(name, arguments) &&
	    !run_exec(name, arguments) && !run_network(name, arguments) &&
	    !run_sctp(name, arguments) && !run_unix(name, arguments) &&
	    !run_system(name, arguments) && !run_load(name, arguments) &&
	    !run_attack(name, arguments))
		fail_usage(name);
	free(copy);
}

static void run_next(void)
{
	char *operation = strdup(*operations++);
	char *colon = strchr(operation, ':');

	operations_left--;
	if (colon)
		*colon++ = 0;
	run(operation, colon ? colon : "");
	free(operation);
}

int main(int count, char **arguments)
{
	if (count < 2)
		fail_usage("usage: attempt OPERATION...");
	if (getenv(CASE_NAME))
		take_name(getenv(CASE_NAME));
	/* So that many lines cannot end it: the reader may be gone. */
	signal(SIGPIPE, SIG_IGN);
	operations = arguments + 1;
	operations_left = count - 1;
	while (operations_left > 0)
		run_next();
	return 0;
}
