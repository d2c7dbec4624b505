/* SPDX-License-Identifier: Apache-2.0 */
/* What the files of `attempt` share. */
#ifndef ATTEMPT_H
#define ATTEMPT_H

#include <stdbool.h>

#define WAIT_SECONDS 240
#define POLL_MICROSECONDS 5000

/* Prints what an operation came to: `value`, below 0 for an error, which errno tells. */
void result(long value, const char *format, ...) __attribute__((format(printf, 2, 3)));

/* Opens a file by its handle. */
void open_by_handle(const char *path);

/* Asks whether a program could be executed. */
void check_execution(const char *path);

/* Opens a file through io_uring: in the calling task or, where `worker`, in a thread of the kernel's. */
void open_by_ring(const char *path, bool worker);

/* Leaves a child behind that has a file open, until this process is gone. */
void hold_open(const char *path);

/* Takes the descriptor of the child that hold_open() left, and reads from it; also after an execve. */
void take_from_holder(void);

/* Makes /proc/self/exe tell that another program is running. */
void pose_as(const char *path);

/* Enters the mount namespace of a child. */
void enter_another_namespace(void);

#endif
