/*
 * What it takes at least for two processes to wake each other: messages by two pipes, or by shared
 * memory and two eventfds. The client makes them and sends them with its hello over the socket, which
 * is not used afterwards. An eventfd does not tell that the other side has gone: such a server waits
 * until its process ends. Linux only.
 */
#ifndef UNIXSOCKET_BENCH_FLOOR_H
#define UNIXSOCKET_BENCH_FLOOR_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/* A message is no longer than this. */
enum { FLOOR_LARGEST = 4096 };

enum floor_kind { FLOOR_NONE, FLOOR_PIPE, FLOOR_EVENTFD };

struct floor {
    enum floor_kind kind;
    int in;
    int out;
    uint8_t *read_from; /* shared memory; NULL with pipes */
    uint8_t *write_to;
};

/* Reads the words after the endpoint on a command line: "pipe" or "eventfd". */
bool floor_parse(int count, char **words, enum floor_kind *kind);

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
