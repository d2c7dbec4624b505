// SPDX-License-Identifier: Apache-2.0
/*
 * Holds the namespaces of a pod: the first process of its sandbox, which waits
 * until it is told to end and reaps what nobody else does.
 */
#include <signal.h>
#include <sys/wait.h>
#include <unistd.h>

static void end(int signal)
{
	(void)signal;
	_exit(0);
}

static void reap(int signal)
{
	(void)signal;
	while (waitpid(-1, NULL, WNOHANG) > 0)
		;
}

int main(void)
{
	struct sigaction ending = {.sa_handler = end};
	struct sigaction reaping = {.sa_handler = reap, .sa_flags = SA_NOCLDSTOP};

	sigaction(SIGINT, &ending, NULL);
	sigaction(SIGTERM, &ending, NULL);
	sigaction(SIGCHLD, &reaping, NULL);
	for (;;)
		pause();
}
