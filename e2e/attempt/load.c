// SPDX-License-Identifier: Apache-2.0
/* Many operations, by several at once or with files that come and go. */
#define _GNU_SOURCE
#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <pthread.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "attempt.h"

struct tally {
	const char *path;
	long count;
	long opened;
	long refused;
	long failed;
};

static void open_once(struct tally *tally)
{
	int fd = open(tally->path, O_RDONLY | O_CLOEXEC);

	if (fd >= 0) {
		tally->opened++;
		close(fd);
	} else if (errno == EACCES) {
		tally->refused++;
	} else {
		tally->failed++;
	}
}

static void *open_many(void *argument)
{
	struct tally *tally = argument;

	for (long i = 0; i < tally->count; i++)
		open_once(tally);
	return 0;
}

static void print_tally(const struct tally *tally)
{
	char text[128];

	snprintf(text, sizeof(text), "%ld opened, %ld refused, %ld failed", tally->opened,
		 tally->refused, tally->failed);
	result_text(text, "open(\"%s\", O_RDONLY), many times", tally->path);
}

static void run_threads(int threads, long count, const char *path)
{
	struct tally all = {.path = path};
	struct tally *each = calloc(threads, sizeof(*each));
	pthread_t *ids = calloc(threads, sizeof(*ids));

	for (int i = 0; i < threads; i++) {
		each[i] = (struct tally){.path = path, .count = count};
		if (pthread_create(&ids[i], 0, open_many, &each[i]))
			fail_usage("too many threads");
	}
	for (int i = 0; i < threads; i++) {
		pthread_join(ids[i], 0);
		all.opened += each[i].opened;
		all.refused += each[i].refused;
		all.failed += each[i].failed;
	}
	print_tally(&all);
}

/* Opens two files in turn until a third one exists. */
static void hammer(const char *stop, const char *first, const char *second)
{
	struct tally one = {.path = first}, two = {.path = second};
	double end = now() + WAIT_SECONDS;

	do {
		for (int i = 0; i < 20; i++) {
			open_once(&one);
			open_once(&two);
		}
		usleep(500);
	} while (access(stop, F_OK) && now() < end);
	print_tally(&one);
	print_tally(&two);
}

/* Makes a directory with a file in it, opens the file and removes both, by two names in turn. */
static void churn(long count, const char *const names[2])
{
	struct tally tallies[2] = {};
	char path[2][PATH_MAX];

	for (int i = 0; i < 2; i++) {
		snprintf(path[i], sizeof(path[i]), "%s/f", names[i]);
		tallies[i].path = path[i];
	}
	for (long i = 0; i < 2 * count; i++) {
		struct tally *tally = &tallies[i % 2];

		if (mkdir(names[i % 2], 0777) || close(open(tally->path, O_WRONLY | O_CREAT, 0666)))
			tally->failed++;
		open_once(tally);
		if (unlink(tally->path) || rmdir(names[i % 2]))
			tally->failed++;
	}
	print_tally(&tallies[0]);
	print_tally(&tallies[1]);
}

bool run_load(const char *name, char **arguments)
{
	if (IS("threads"))
		run_threads(atoi(A), atol(B), C);
	else if (IS("hammer"))
		hammer(A, B, C);
	else if (IS("churn"))
		churn(atol(A), (const char *const[]){B, C});
	else
		return false;
	return true;
}
