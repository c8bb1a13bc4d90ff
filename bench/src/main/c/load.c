/*
 * reference-load ENDPOINT
 *
 * The client of many connections at once, to any server of the service "many". One thread and
 * epoll(7), so that it costs little beside the server. Linux.
 *
 * Takes lines "measure WORKLOAD PAYLOAD MESSAGES CONNECTIONS NANOSECONDS" on standard input. With
 * the workload "Connections" each connection has a request under way all the time, with "OneBusy"
 * only the first; the others are open. Answers "samples COUNT DONE SPAN USAGE" and COUNT times how
 * long an exchange took in nanoseconds, 32 bits each, little-endian. DONE of them ended within SPAN
 * nanoseconds, which begin after the first tenth of the time and end with it; requests that are
 * under way then are waited for, and are among the COUNT. USAGE is what this process used meanwhile
 * (usage.h). A line "error ..." says what failed.
 */
#define _GNU_SOURCE
#include "endpoint.h"
#include "usage.h"
#include "wire.h"

#include <errno.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/epoll.h>
#include <unistd.h>

enum { MOST_SAMPLES = 1 << 20, WORD = 32, EVENTS = 256, PATIENCE_MILLIS = 10000,
       FIRST_AT_ONCE = 32 };

struct connection {
    int fd;
    uint32_t received;
    uint64_t sent_at;
};

/* What goes on while it is measured. */
struct run {
    uint64_t count_from;
    uint64_t end;
    uint32_t under_way;
    uint32_t samples;
    uint32_t done;
};

static struct endpoint server;
static struct connection *connections;
static size_t open_connections;
static size_t payload;
static int epoll;
static uint8_t buffer[MANY_PAYLOAD];
static uint32_t *samples;

static bool failed_with(int reason)
{
    errno = reason;
    return false;
}

static void close_all(void)
{
    for (size_t i = 0; i < open_connections; i++)
        close(connections[i].fd);
    open_connections = 0;
}

static bool open_one(struct connection *connection)
{
    uint8_t hello[HELLO_BYTES];
    put32(hello, HELLO_ECHO);
    put32(hello + 4, (uint32_t)payload);
    put32(hello + 8, 1);
    connection->received = 0;
    connection->fd = endpoint_connect(&server, NULL);
    if (connection->fd < 0)
        return false;
    open_connections++;
    struct epoll_event event = {.events = EPOLLIN, .data = {.ptr = connection}};
    return epoll_ctl(epoll, EPOLL_CTL_ADD, connection->fd, &event) == 0
        && write_fully(connection->fd, hello, sizeof hello) == 0;
}

/* Has so many connections open, those that are open already if they will do. */
static bool open_all(size_t count, size_t bytes)
{
    if (bytes == 0 || bytes > MANY_PAYLOAD || count == 0)
        return failed_with(EINVAL);
    if (count == open_connections && bytes == payload)
        return true;
    close_all();
    payload = bytes;
    free(connections);
    connections = calloc(count, sizeof *connections);
    if (connections == NULL)
        return false;
    for (size_t i = 0; i < count; i++)
        if (!open_one(&connections[i]))
            return false;
    return true;
}

static bool request(struct connection *connection, struct run *run)
{
    run->under_way++;
    connection->sent_at = now();
    return write_fully(connection->fd, buffer, payload) == 0;
}

/* An answer is whole: counts it, and sends the next request while there is time. */
static bool finish(struct connection *connection, struct run *run)
{
    uint64_t time = now();
    uint64_t took = time - connection->sent_at;
    samples[run->samples++] = took > UINT32_MAX ? UINT32_MAX : (uint32_t)took;
    connection->received = 0;
    run->under_way--;
    if (time >= run->count_from && time < run->end)
        run->done++;
    if (time >= run->end || run->samples + run->under_way >= MOST_SAMPLES)
        return true;
    return request(connection, run);
}

static bool receive(struct connection *connection, struct run *run)
{
    ssize_t got = recv(connection->fd, buffer, payload - connection->received, MSG_DONTWAIT);
    if (got == 0)
        return failed_with(ECONNRESET);
    if (got < 0)
        return errno == EAGAIN || errno == EINTR;
    connection->received += (uint32_t)got;
    return connection->received < payload || finish(connection, run);
}

/* Takes the answers that are there, after waiting so long for the first. */
static bool take_answers(struct run *run, int timeout_millis)
{
    struct epoll_event events[EVENTS];
    int ready = epoll_wait(epoll, events, EVENTS, timeout_millis);
    if (ready == 0 && timeout_millis > 0)
        return failed_with(ETIMEDOUT);
    if (ready < 0 && errno != EINTR)
        return false;
    for (int i = 0; i < ready; i++)
        if (!receive(events[i].data.ptr, run))
            return false;
    return true;
}

/* The first requests are not a burst: answers that are there are taken in between. */
static bool exchange_on(size_t busy, struct run *run)
{
    for (size_t i = 0; i < busy; i++) {
        if (!request(&connections[i], run))
            return false;
        if (i % FIRST_AT_ONCE == FIRST_AT_ONCE - 1 && !take_answers(run, 0))
            return false;
    }
    while (run->under_way > 0)
        if (!take_answers(run, PATIENCE_MILLIS))
            return false;
    return true;
}

static bool measure(size_t busy, uint64_t nanos)
{
    struct usage before = usage_of_process();
    uint64_t begin = now();
    struct run run = {.count_from = begin + nanos / 10, .end = begin + nanos};
    if (!exchange_on(busy, &run))
        return false;
    printf("samples %u %u %llu ", run.samples, run.done,
           (unsigned long long)(run.end - run.count_from));
    usage_print(usage_minus(usage_of_process(), before));
    puts("");
    fwrite(samples, sizeof *samples, run.samples, stdout);
    fflush(stdout);
    return true;
}

static bool obey(const char *line)
{
    char workload[WORD];
    size_t bytes;
    size_t count;
    unsigned long long nanos;
    if (sscanf(line, "measure %31s %zu 1 %zu %llu", workload, &bytes, &count, &nanos) != 4)
        return failed_with(EINVAL);
    if (!open_all(count, bytes))
        return false;
    if (strcmp(workload, "Connections") == 0)
        return measure(count, nanos);
    if (strcmp(workload, "OneBusy") == 0)
        return measure(1, nanos);
    return failed_with(ENOSYS);
}

int main(int argc, char **argv)
{
    if (argc != 2 || !endpoint_parse(argv[1], &server)) {
        fprintf(stderr, "usage: reference-load ENDPOINT\n");
        return 2;
    }
    signal(SIGPIPE, SIG_IGN);
    raise_descriptor_limit();
    epoll = epoll_create1(EPOLL_CLOEXEC);
    samples = calloc(MOST_SAMPLES, sizeof *samples);
    if (epoll < 0 || samples == NULL)
        return 1;
    memset(samples, 0xff, MOST_SAMPLES * sizeof *samples); /* no page faults while measuring */
    char line[256];
    while (fgets(line, sizeof line, stdin) != NULL)
        if (!obey(line)) {
            printf("error %s: %s\n", argv[1], strerror(errno));
            fflush(stdout);
            close_all();
        }
    close_all();
    free(connections);
    free(samples);
    return 0;
}
