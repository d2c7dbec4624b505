// SPDX-License-Identifier: Apache-2.0
/*
 * The program that a policy is to keep from running. Should it run, it leaves
 * a line in the file that its first argument or $MARK names, so that a test
 * sees on a volume what happened, whatever became of the container.
 */
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>

int main(int argc, char **argv)
{
	const char *path = argc > 1 ? argv[1] : getenv("MARK");
	int file;

	if (path) {
		file = open(path, O_WRONLY | O_CREAT | O_APPEND | O_CLOEXEC, 0644);
		if (file < 0) {
			perror(path);
			return 1;
		}
		dprintf(file, "ran as process %d\n", (int)getpid());
		close(file);
	}
	puts("ran");
	return 0;
}
