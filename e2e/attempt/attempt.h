/* SPDX-License-Identifier: Apache-2.0 */
/* What the files of `attempt` share. */
#ifndef ATTEMPT_H
#define ATTEMPT_H

#include <stdbool.h>
#include <sys/socket.h>

#define WAIT_SECONDS 240
#define POLL_MICROSECONDS 5000

/* Arguments of one operation: "name:A,B,C". */
#define MAX_ARGS 16

struct peer {
	struct sockaddr_storage address;
	socklen_t length;
	int family;
};

/* Prints what an operation came to: `value`, below 0 for an error, which errno tells. */
void result(long value, const char *format, ...) __attribute__((format(printf, 2, 3)));

/* "127.0.0.1:80" or "[::1]:80"; without a port where `with_port` is false. */
struct peer parse_peer(const char *text, bool with_port);

/* The errno of the last operation, 0 where it succeeded. */
extern int last_errno;

/* As result(), of an operation that comes to a text. */
void result_text(const char *text, const char *format, ...) __attribute__((format(printf, 2, 3)));

/* How a child ended. */
void print_status(int status, const char *what);

/* Says what was wrong in what was asked for, and ends the process. */
void fail_usage(const char *what) __attribute__((noreturn));

/* Seconds, from anywhere on. */
double now(void);

/* A socket whose sends end in time, or -1, which is a result then. */
int open_socket(int family, int type, int protocol);

/* An argument that has to be there; and those from `index` on, at least one. */
char *need(char **arguments, int index);
char **from(char **arguments, int index);

/*
 * The operations of a file each. They do the one with that name, and return false
 * where they know none.
 */
bool run_attack(const char *name, char **arguments);
bool run_exec(const char *name, char **arguments);
bool run_file(const char *name, char **arguments);
bool run_load(const char *name, char **arguments);
bool run_network(const char *name, char **arguments);
bool run_sctp(const char *name, char **arguments);
bool run_system(const char *name, char **arguments);
bool run_unix(const char *name, char **arguments);

/* For these alone. */
#define IS(text) (!strcmp(name, text))
#define A need(arguments, 0)
#define B need(arguments, 1)
#define C need(arguments, 2)

#endif
