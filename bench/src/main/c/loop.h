/*
 * Linux: many connections, one thread and epoll(7).
 */
#ifndef UNIXSOCKET_BENCH_LOOP_H
#define UNIXSOCKET_BENCH_LOOP_H

#include "endpoint.h"

/*
 * Serves echo to all who connect, until the process ends.
 *
 * Returns, with -1 and errno, when it cannot go on.
 */
int loop_serve_echo(const struct endpoint *where, int listener);

#endif
