/*
 * reference-server SERVICE ENDPOINT [spin MICROSECONDS | epoll | pipe | eventfd | shm]
 *
 * Serves "echo" (the hello, then echo or sink; a thread per connection), "many" (the same with a
 * small buffer for each connection) or "weve" (one request per connection, one connection after
 * another, as the daemon does). Says "ready ENDPOINT" on standard
 * output when it listens, answers a line "usage" with what it has used so far and a line "heap" with
 * how much of a heap lives, and stops when its standard input ends: with the process that started it.
 * With "spin", a read tries for so long without waiting before the kernel waits; with "epoll", one
 * thread serves all connections of "many"; with "pipe", "eventfd" and "shm" the messages of
 * "echo" take another way than the socket (floor.h).
 */
#define _GNU_SOURCE
#include "endpoint.h"
#include "floor.h"
#include "loop.h"
#include "usage.h"
#include "wire.h"

#include <errno.h>
#include <pthread.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/time.h>
#include <unistd.h>

enum { BACKLOG = 128, WEVE_BACKLOG = 5 };

static struct endpoint where;
static size_t largest_payload = LARGEST_PAYLOAD;
static bool by_epoll;
static enum floor_kind floor_kind;

static void fail(const char *what)
{
    fprintf(stderr, "reference-server: %s: %s\n", what, strerror(errno));
    endpoint_remove(&where);
    exit(1);
}

static void echo(int fd, uint8_t *buffer, size_t payload)
{
    while (read_fully(fd, buffer, payload) > 0)
        if (write_fully(fd, buffer, payload) < 0)
            return;
}

static void sink(int fd, uint8_t *buffer, size_t payload, uint32_t messages)
{
    uint8_t acknowledgement[ACKNOWLEDGEMENT_BYTES] = {0};
    for (;;) {
        for (uint32_t i = 0; i < messages; i++)
            if (read_fully(fd, buffer, payload) <= 0)
                return;
        if (write_fully(fd, acknowledgement, sizeof acknowledgement) < 0)
            return;
    }
}

#ifdef __linux__
static void floor_echo(const struct floor *floor, uint8_t *buffer, size_t payload)
{
    while (floor_read(floor, buffer, payload))
        if (!floor_write(floor, buffer, payload))
            return;
}

static void floor_sink(const struct floor *floor, uint8_t *buffer, size_t payload, uint32_t messages)
{
    uint8_t acknowledgement[ACKNOWLEDGEMENT_BYTES] = {0};
    do {
        for (uint32_t i = 0; i < messages; i++)
            if (!floor_read(floor, buffer, payload))
                return;
    } while (floor_write(floor, acknowledgement, sizeof acknowledgement));
}

static void serve_floor(int fd)
{
    uint8_t hello[HELLO_BYTES];
    struct floor floor = {.kind = FLOOR_NONE};
    uint8_t *buffer = calloc(1, floor_largest(floor_kind));
    if (buffer != NULL && floor_accept(fd, floor_kind, hello, sizeof hello, &floor) == 0) {
        uint32_t payload = get32(hello + 4);
        if (payload > 0 && payload <= floor_largest(floor_kind)) {
            if (get32(hello) == HELLO_ECHO)
                floor_echo(&floor, buffer, payload);
            else if (get32(hello) == HELLO_SINK)
                floor_sink(&floor, buffer, payload, get32(hello + 8));
        }
    }
    if (floor.kind != FLOOR_NONE)
        floor_close(&floor);
    free(buffer);
}
#endif

static void *serve_echo_connection(void *argument)
{
    int fd = (int)(intptr_t)argument;
#ifdef __linux__
    if (floor_kind != FLOOR_NONE) {
        serve_floor(fd);
        close(fd);
        return NULL;
    }
#endif
    uint8_t hello[HELLO_BYTES];
    uint8_t *buffer = calloc(1, largest_payload);
    if (buffer != NULL && read_fully(fd, hello, sizeof hello) > 0) {
        uint32_t payload = get32(hello + 4);
        if (payload > 0 && payload <= largest_payload) {
            if (get32(hello) == HELLO_ECHO)
                echo(fd, buffer, payload);
            else if (get32(hello) == HELLO_SINK)
                sink(fd, buffer, payload, get32(hello + 8));
        }
    }
    free(buffer);
    close(fd);
    return NULL;
}

static void serve_echo(int listener)
{
    for (;;) {
        int fd = endpoint_accept(&where, listener);
        if (fd < 0)
            fail("accept");
        pthread_t thread;
        if (pthread_create(&thread, NULL, serve_echo_connection, (void *)(intptr_t)fd) != 0)
            close(fd);
        else
            pthread_detach(thread);
    }
}

/* The response to the request whose payload is at REQUEST; its length, 0 if it is not one. */
static size_t answer(const uint8_t *request, size_t length, uint8_t *response)
{
    if (length < WEVE_REQUEST_BYTES)
        return 0;
    uint32_t width = get32(request + 12);
    uint32_t height = get32(request + 16);
    if (width < 64 || width > 1024 || height < 64 || height > 1024)
        return 0;
    uint32_t pixels = width * height * WEVE_CHANNELS;
    put32(response, WEVE_MAGIC);
    put16(response + 4, WEVE_VERSION);
    put16(response + 6, WEVE_GENERATE_RESPONSE);
    put32(response + 8, WEVE_RESPONSE_BYTES + pixels);
    put32(response + 12, 0);
    memcpy(response + 16, request, 8);
    put32(response + 24, WEVE_STATUS_OK);
    put32(response + 28, 0);
    put32(response + 32, width);
    put32(response + 36, height);
    put32(response + 40, WEVE_CHANNELS);
    put32(response + 44, pixels);
    memset(response + 48, PICTURE_FILL, pixels);
    return WEVE_HEADER_BYTES + WEVE_RESPONSE_BYTES + pixels;
}

static int authenticate(int fd)
{
    struct ucred peer;
    socklen_t length = sizeof peer;
    if (where.domain == AF_INET)
        return 0;
    if (getsockopt(fd, SOL_SOCKET, SO_PEERCRED, &peer, &length) < 0)
        return -1;
    return peer.uid == getuid() ? 0 : -1;
}

static int set_timeouts(int fd)
{
    struct timeval receive = {.tv_sec = WEVE_RECEIVE_SECONDS};
    struct timeval send = {.tv_sec = WEVE_SEND_SECONDS};
    if (setsockopt(fd, SOL_SOCKET, SO_RCVTIMEO, &receive, sizeof receive) < 0)
        return -1;
    return setsockopt(fd, SOL_SOCKET, SO_SNDTIMEO, &send, sizeof send);
}

static void serve_weve_connection(int fd, uint8_t *request, uint8_t *response)
{
    if (authenticate(fd) < 0 || set_timeouts(fd) < 0)
        return;
    if (read_fully(fd, request, WEVE_HEADER_BYTES) <= 0)
        return;
    uint32_t payload = get32(request + 8);
    if (get32(request) != WEVE_MAGIC || get16(request + 4) != WEVE_VERSION
        || get16(request + 6) != WEVE_GENERATE_REQUEST
        || payload > WEVE_LARGEST_MESSAGE - WEVE_HEADER_BYTES)
        return;
    if (read_fully(fd, request + WEVE_HEADER_BYTES, payload) <= 0)
        return;
    size_t length = answer(request + WEVE_HEADER_BYTES, payload, response);
    if (length > 0)
        write_fully(fd, response, length);
}

static void serve_weve(int listener)
{
    uint8_t *request = calloc(1, WEVE_LARGEST_MESSAGE);
    uint8_t *response = calloc(1, WEVE_LARGEST_MESSAGE);
    if (request == NULL || response == NULL)
        fail("calloc");
    for (;;) {
        int fd = endpoint_accept(&where, listener);
        if (fd < 0)
            fail("accept");
        serve_weve_connection(fd, request, response);
        close(fd);
    }
}

/* Ends the process, and its socket file, when standard input ends. */
static void *stop_with_parent(void *unused)
{
    char line[64];
    (void)unused;
    while (fgets(line, sizeof line, stdin) != NULL)
        if (strcmp(line, "usage\n") == 0) {
            printf("usage ");
            usage_print(usage_of_other_threads());
            puts("");
            fflush(stdout);
        } else if (strcmp(line, "heap\n") == 0) {
            puts("heap 0"); /* no garbage-collected heap */
            fflush(stdout);
        }
    endpoint_remove(&where);
    _exit(0);
}

static bool parse_options(int count, char **words)
{
    by_epoll = count == 1 && strcmp(words[0], "epoll") == 0;
#ifdef __linux__
    if (floor_parse(count, words, &floor_kind))
        return true;
#endif
    return by_epoll || spin_parse(count, words);
}

/* Serves until the process ends. */
static void serve(const char *service, int listener)
{
    if (strcmp(service, "weve") == 0)
        serve_weve(listener);
#ifdef __linux__
    if (by_epoll) {
        loop_serve_echo(&where, listener);
        fail("epoll");
    }
#endif
    serve_echo(listener);
}

int main(int argc, char **argv)
{
    const char *service = argc < 3 ? "" : argv[1];
    bool weve = strcmp(service, "weve") == 0;
    bool many = strcmp(service, "many") == 0;
    if (!(weve || many || strcmp(service, "echo") == 0) || !endpoint_parse(argv[2], &where)
        || !parse_options(argc - 3, argv + 3)) {
        fprintf(stderr, "usage: reference-server echo|many|weve ENDPOINT"
                        " [spin MICROSECONDS | epoll | pipe | eventfd | shm]\n");
        return 2;
    }
    signal(SIGPIPE, SIG_IGN);
    raise_descriptor_limit();
    if (many)
        largest_payload = MANY_PAYLOAD;
    int listener = endpoint_listen(&where, weve ? WEVE_BACKLOG : BACKLOG);
    if (listener < 0)
        fail(argv[2]);
    pthread_t watcher;
    if (pthread_create(&watcher, NULL, stop_with_parent, NULL) != 0)
        fail("pthread_create");
    char text[128];
    endpoint_print(&where, text, sizeof text);
    printf("ready %s\n", text);
    fflush(stdout);
    serve(service, listener);
    return 0;
}
