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

/* Opens a file by its handle. */
void open_by_handle(const char *path);

/* Asks whether a program could be executed. */
void check_execution(const char *path);

/* Opens a file through io_uring: in the calling task or, where `worker`, in a thread of the kernel's. */
void open_by_ring(const char *path, bool worker);

/* The same of other calls. */
void unlink_by_ring(const char *path);
void rename_by_ring(const char *from, const char *to);
void connect_by_ring(const char *address);

/* Leaves a child behind that has a file open, until this process is gone. */
void hold_open(const char *path);

/* Takes the descriptor of the child that hold_open() left, and reads from it; also after an execve. */
void take_from_holder(void);

/* Makes /proc/self/exe tell that another program is running. */
void pose_as(const char *path);

/* Enters the mount namespace of a child. */
void enter_another_namespace(void);

/* Binds a socket of SCTP that listens until this process ends. */
void sctp_listen(const char *address);

void sctp_connect(const char *address);

/* Connects to a peer that has several addresses, up to a NULL. */
void sctp_connect_to_all(char **addresses);

/* Sends a message, which makes an association; `more`, where given, is another address of the peer. */
void sctp_send(const char *address, const char *more);

/* Binds a socket to several addresses at once, up to a NULL, after a bind to `first` where given. */
void sctp_bind(const char *first, char **more);

#endif
