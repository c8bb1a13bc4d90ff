/*
 * Messages that take another way than the socket. Linux only.
 *
 * What it takes at least for two processes to wake each other: two pipes, or shared memory and two
 * eventfds. The client makes them and sends them with its hello over the socket, which is not used
 * afterwards. An eventfd does not tell that the other side has gone: such a server waits until its
 * process ends.
 *
 * And what it takes if nobody has to be woken: the rings of docs/SHARED-MEMORY.md, where the socket
 * stays to wake whoever has looked in vain for some tens of microseconds.
 */
#ifndef UNIXSOCKET_BENCH_FLOOR_H
#define UNIXSOCKET_BENCH_FLOOR_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/* A message by pipes or eventfds is no longer than this. */
enum { FLOOR_LARGEST = 4096 };

enum floor_kind { FLOOR_NONE, FLOOR_PIPE, FLOOR_EVENTFD, FLOOR_SHM };

struct rings;

struct floor {
    enum floor_kind kind;
    int in;
    int out;
    uint8_t *read_from; /* shared memory of the eventfds */
    uint8_t *write_to;
    struct rings *rings;
};

/* Reads the words after the endpoint on a command line: "pipe", "eventfd" or "shm". */
bool floor_parse(int count, char **words, enum floor_kind *kind);

/* The largest message of a kind, in bytes. */
size_t floor_largest(enum floor_kind kind);

/* The client's side: makes them, and sends them with LENGTH bytes of HELLO. -1 and errno on failure. */
int floor_offer(int socket, enum floor_kind kind, const void *hello, size_t length, struct floor *floor);

/* The server's side: receives LENGTH bytes of HELLO and what came with them. -1 on failure. */
int floor_accept(int socket, enum floor_kind kind, void *hello, size_t length, struct floor *floor);

/* Gives the other side LENGTH bytes. */
bool floor_write(const struct floor *floor, const void *buffer, size_t length);

/* Waits for LENGTH bytes of the other side; false when it has gone. */
bool floor_read(const struct floor *floor, void *buffer, size_t length);

void floor_close(struct floor *floor);

#endif
