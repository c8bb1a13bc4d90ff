/*
 * Where a server listens, written as Java's side of the benchmarks writes it: unix:PATH,
 * abstract:NAME, seqpacket:PATH or tcp:PORT (127.0.0.1; port 0 lets the kernel choose).
 */
#ifndef UNIXSOCKET_BENCH_ENDPOINT_H
#define UNIXSOCKET_BENCH_ENDPOINT_H

#include <netinet/in.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <sys/socket.h>
#include <sys/time.h>
#include <sys/un.h>

struct endpoint {
    int domain;
    int type;
    socklen_t length;
    union {
        struct sockaddr any;
        struct sockaddr_un un;
        struct sockaddr_in in;
    } address;
};

/* Reads TEXT; false when it is not an endpoint. */
bool endpoint_parse(const char *text, struct endpoint *endpoint);

/* socket, bind, listen. The port that the kernel chose is written back. -1 and errno on failure. */
int endpoint_listen(struct endpoint *endpoint, int backlog);

/*
 * socket, TCP_NODELAY over TCP, SO_SNDTIMEO unless TIMEOUT is NULL, connect. -1 and errno on failure.
 */
int endpoint_connect(const struct endpoint *endpoint, const struct timeval *timeout);

/* accept, TCP_NODELAY over TCP. -1 and errno on failure. */
int endpoint_accept(const struct endpoint *endpoint, int listener);

/* Unlinks the socket file, if there is one. */
void endpoint_remove(const struct endpoint *endpoint);

/* Writes the endpoint as text. */
void endpoint_print(const struct endpoint *endpoint, char *text, size_t size);

/*
 * How long a read tries without waiting before it lets the kernel wait, in nanoseconds. 0, unless
 * set: the kernel waits at once.
 */
extern uint64_t spin_nanos;

/* Sets it from the words after the endpoint on a command line: none, or "spin MICROSECONDS". */
bool spin_parse(int count, char **words);

/* The time of CLOCK_MONOTONIC in nanoseconds. */
uint64_t now(void);

/* Lets this process have as many descriptors as it may. */
void raise_descriptor_limit(void);

/* Reads exactly LENGTH bytes. 1 when they came, 0 at the end of the stream, -1 on failure. */
int read_fully(int fd, void *buffer, size_t length);

/* Writes all of LENGTH bytes. 0 when they went, -1 on failure. */
int write_fully(int fd, const void *buffer, size_t length);

#endif
