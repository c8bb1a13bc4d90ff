#define _GNU_SOURCE
#include "loop.h"
#include "wire.h"

#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <sys/epoll.h>
#include <unistd.h>

enum { EVENTS = 256 };

/* A connection; the hello is its first message. */
struct connection {
    int fd;
    bool greeted;
    uint32_t payload;
    uint32_t received;
    uint8_t buffer[MANY_PAYLOAD];
};

/* Takes in the hello; whether it asks for what there is here. */
static bool greet(struct connection *connection)
{
    connection->payload = get32(connection->buffer + 4);
    connection->greeted = true;
    connection->received = 0;
    return get32(connection->buffer) == HELLO_ECHO && connection->payload > 0
        && connection->payload <= MANY_PAYLOAD;
}

/* Reads once, and answers when the message is whole. False when the connection is over. */
static bool serve(struct connection *connection)
{
    uint32_t wanted = connection->greeted ? connection->payload : HELLO_BYTES;
    ssize_t got = recv(connection->fd, connection->buffer + connection->received,
                       wanted - connection->received, MSG_DONTWAIT);
    if (got <= 0)
        return got < 0 && (errno == EAGAIN || errno == EINTR);
    connection->received += (uint32_t)got;
    if (connection->received < wanted)
        return true;
    if (!connection->greeted)
        return greet(connection);
    connection->received = 0;
    /* The client waits for this answer, so there is room for it. */
    return write_fully(connection->fd, connection->buffer, wanted) == 0;
}

static int watch(int epoll, int fd, void *data)
{
    struct epoll_event event = {.events = EPOLLIN, .data = {.ptr = data}};
    return epoll_ctl(epoll, EPOLL_CTL_ADD, fd, &event);
}

static void take(const struct endpoint *where, int epoll, int listener)
{
    for (int fd; (fd = endpoint_accept(where, listener)) >= 0;) {
        struct connection *connection = calloc(1, sizeof *connection);
        if (connection == NULL || watch(epoll, fd, connection) < 0) {
            free(connection);
            close(fd);
        } else {
            connection->fd = fd;
        }
    }
}

int loop_serve_echo(const struct endpoint *where, int listener)
{
    struct epoll_event events[EVENTS];
    int epoll = epoll_create1(EPOLL_CLOEXEC);
    if (epoll < 0 || fcntl(listener, F_SETFL, O_NONBLOCK) < 0 || watch(epoll, listener, NULL) < 0)
        return -1;
    for (;;) {
        int ready = epoll_wait(epoll, events, EVENTS, -1);
        if (ready < 0 && errno != EINTR)
            return -1;
        for (int i = 0; i < ready; i++) {
            struct connection *connection = events[i].data.ptr;
            if (connection == NULL) {
                take(where, epoll, listener);
            } else if (!serve(connection)) {
                close(connection->fd);
                free(connection);
            }
        }
    }
}
