/* Connections that are joined two by two: what one end says, the other one hears. */
#ifndef PAIRS_H
#define PAIRS_H

#include <poll.h>
#include <stddef.h>

enum { MOST_PAIRS = 128, PAIR_BUFFER = 16384 };

/* Joins two non-blocking sockets, connected or on their way to it, and owns them from then on; `first` is
 * said to `a` before anything else. Both are closed where there is no room left. */
void join_pair(int a, int b, const char *first);

/* What to wait for: fills two entries for each pair, at most 2 * MOST_PAIRS, and returns how many. */
size_t watch_pairs(struct pollfd *entries);

/* Carries on after poll(2) with the entries that `watch_pairs` filled. */
void serve_pairs(const struct pollfd *entries);

/* A socket that does not block and notices within a minute when its other end is gone; returns it. */
int make_lively(int fd);

#endif
