/*
 * reference-client ENDPOINT [spin MICROSECONDS | pipe | eventfd | shm]
 *
 * Takes lines "measure WORKLOAD PAYLOAD MESSAGES 1 NANOSECONDS" on standard input, repeats the
 * workload for that long, and answers "samples COUNT COUNT NANOSECONDS USAGE" and COUNT times the
 * duration of one exchange in nanoseconds, 32 bits each, little-endian. USAGE is what this process
 * used meanwhile (usage.h). A line "error ..." says what failed. A line "pace WORKLOAD PAYLOAD
 * MESSAGES 1 NANOSECONDS PER_SECOND" is answered alike, of an open loop: so many exchanges are due
 * in a second, and each begins when it is due and the one before it has ended. Two durations are
 * those of an exchange, from when it was due and from when it was begun.
 * With "spin", a read tries for so long without waiting before the kernel waits; with "pipe",
 * "eventfd" and "shm" the messages take another way than the socket (floor.h).
 */
#define _GNU_SOURCE
#include "endpoint.h"
#include "floor.h"
#include "usage.h"
#include "wire.h"

#include <errno.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/time.h>
#include <unistd.h>

enum { MOST_SAMPLES = 1 << 20, WORD = 32 };

struct session {
    char workload[WORD];
    size_t payload;
    uint32_t messages;
    int fd;
    struct floor floor;
    bool (*exchange)(struct session *);
};

static struct endpoint server;
static enum floor_kind floor_kind;
static uint8_t *buffer;
static uint32_t *samples;

static bool round_trip(struct session *session)
{
    return write_fully(session->fd, buffer, session->payload) == 0
        && read_fully(session->fd, buffer, session->payload) > 0;
}

static bool throughput(struct session *session)
{
    for (uint32_t i = 0; i < session->messages; i++)
        if (write_fully(session->fd, buffer, session->payload) < 0)
            return false;
    return read_fully(session->fd, buffer, ACKNOWLEDGEMENT_BYTES) > 0;
}

/* Writes the request for the benchmark's picture; its length. */
static size_t weve_request(uint8_t *at)
{
    static const char prompt[] = "a lighthouse in the fog";
    uint32_t length = sizeof prompt - 1;
    uint8_t *payload = at + WEVE_HEADER_BYTES;
    float cfg = 7.0f;
    uint32_t cfg_bits;
    memcpy(&cfg_bits, &cfg, sizeof cfg_bits);
    put32(at, WEVE_MAGIC);
    put16(at + 4, WEVE_VERSION);
    put16(at + 6, WEVE_GENERATE_REQUEST);
    put32(at + 8, WEVE_REQUEST_BYTES + 3 * length);
    put32(at + 12, 0);
    put64(payload, 1);
    put32(payload + 8, 0);
    put32(payload + 12, PICTURE_WIDTH);
    put32(payload + 16, PICTURE_HEIGHT);
    put32(payload + 20, 4);
    put32(payload + 24, cfg_bits);
    put64(payload + 28, 1);
    for (uint32_t i = 0; i < 3; i++) {
        put32(payload + 36 + 8 * i, i * length);
        put32(payload + 40 + 8 * i, length);
        memcpy(payload + WEVE_REQUEST_BYTES + i * length, prompt, length);
    }
    return WEVE_HEADER_BYTES + WEVE_REQUEST_BYTES + 3 * length;
}

static bool weve_exchange(int fd)
{
    size_t length = weve_request(buffer);
    if (write_fully(fd, buffer, length) < 0)
        return false;
    struct timeval answer = {.tv_sec = WEVE_CLIENT_ANSWER_SECONDS};
    if (setsockopt(fd, SOL_SOCKET, SO_RCVTIMEO, &answer, sizeof answer) < 0)
        return false;
    if (read_fully(fd, buffer, WEVE_HEADER_BYTES) <= 0)
        return false;
    uint32_t payload = get32(buffer + 8);
    if (get32(buffer) != WEVE_MAGIC || payload > LARGEST_PAYLOAD - WEVE_HEADER_BYTES)
        return false;
    if (read_fully(fd, buffer + WEVE_HEADER_BYTES, payload) <= 0)
        return false;
    return get32(buffer + 24) == WEVE_STATUS_OK;
}

static bool connect_per_request(struct session *session)
{
    (void)session;
    struct timeval connect = {.tv_sec = WEVE_CLIENT_CONNECT_SECONDS};
    int fd = endpoint_connect(&server, &connect);
    if (fd < 0)
        return false;
    bool answered = weve_exchange(fd);
    close(fd);
    return answered;
}

#ifdef __linux__
static bool floor_round_trip(struct session *session)
{
    return floor_write(&session->floor, buffer, session->payload)
        && floor_read(&session->floor, buffer, session->payload);
}

static bool floor_throughput(struct session *session)
{
    for (uint32_t i = 0; i < session->messages; i++)
        if (!floor_write(&session->floor, buffer, session->payload))
            return false;
    return floor_read(&session->floor, buffer, ACKNOWLEDGEMENT_BYTES);
}
#endif

static bool send_hello(struct session *session, const uint8_t *hello)
{
#ifdef __linux__
    if (floor_kind != FLOOR_NONE) {
        session->exchange =
            session->exchange == throughput ? floor_throughput : floor_round_trip;
        return session->payload <= floor_largest(floor_kind)
            && floor_offer(session->fd, floor_kind, hello, HELLO_BYTES, &session->floor) == 0;
    }
#endif
    return write_fully(session->fd, hello, HELLO_BYTES) == 0;
}

static bool say_hello(struct session *session, uint32_t mode)
{
    uint8_t hello[HELLO_BYTES];
    put32(hello, mode);
    put32(hello + 4, (uint32_t)session->payload);
    put32(hello + 8, session->messages);
    session->fd = endpoint_connect(&server, NULL);
    return session->fd >= 0 && send_hello(session, hello);
}

static bool open_session(struct session *session)
{
    session->fd = -1;
    if (strcmp(session->workload, "ConnectPerRequest") == 0) {
        session->exchange = connect_per_request;
        return true;
    }
    if (session->payload == 0 || session->payload > LARGEST_PAYLOAD) {
        errno = EINVAL;
        return false;
    }
    if (strcmp(session->workload, "RoundTrip") == 0) {
        session->exchange = round_trip;
        return say_hello(session, HELLO_ECHO);
    }
    if (strcmp(session->workload, "Throughput") == 0) {
        session->exchange = throughput;
        return say_hello(session, HELLO_SINK);
    }
    errno = ENOSYS;
    return false;
}

static void close_session(struct session *session)
{
#ifdef __linux__
    if (session->floor.kind != FLOOR_NONE)
        floor_close(&session->floor);
#endif
    if (session->fd >= 0)
        close(session->fd);
    session->floor.kind = FLOOR_NONE;
    session->fd = -1;
    session->workload[0] = '\0';
}

static uint32_t sample(uint64_t nanos)
{
    return nanos > UINT32_MAX ? UINT32_MAX : (uint32_t)nanos;
}

static void send_samples(uint32_t count, uint32_t exchanges, uint64_t nanos, struct usage used)
{
    printf("samples %u %u %llu ", count, exchanges, (unsigned long long)nanos);
    usage_print(used);
    puts("");
    fwrite(samples, sizeof *samples, count, stdout);
    fflush(stdout);
}

static bool measure(struct session *session, uint64_t nanos)
{
    uint32_t count = 0;
    struct usage before = usage_of_process();
    uint64_t begin = now();
    uint64_t then = begin;
    uint64_t time;
    do {
        if (!session->exchange(session))
            return false;
        time = now();
        samples[count++] = sample(time - then);
        then = time;
    } while (time - begin < nanos && count < MOST_SAMPLES);
    send_samples(count, count, time - begin, usage_minus(usage_of_process(), before));
    return true;
}

/* It spins until an exchange is due, since sleeping is not exact. */
static bool pace(struct session *session, uint64_t nanos, double per_second)
{
    uint32_t count = 0;
    struct usage before = usage_of_process();
    uint64_t begin = now();
    uint64_t time = begin;
    for (uint32_t i = 0; count < MOST_SAMPLES; i++) {
        double after = i * 1e9 / per_second;
        if (after >= (double)nanos)
            break;
        uint64_t due = begin + (uint64_t)after;
        uint64_t begun;
        while ((begun = now()) < due)
            ;
        if (!session->exchange(session))
            return false;
        time = now();
        samples[count++] = sample(time - due);
        samples[count++] = sample(time - begun);
    }
    send_samples(count, count / 2, time - begin, usage_minus(usage_of_process(), before));
    return true;
}

static bool obey(const char *line, struct session *session)
{
    struct session wanted = {.fd = -1};
    unsigned long long nanos;
    double per_second = 0;
    bool paced = strncmp(line, "pace ", 5) == 0;
    if (sscanf(line, "%*s %31s %zu %u 1 %llu %lf", wanted.workload, &wanted.payload,
               &wanted.messages, &nanos, &per_second) != (paced ? 5 : 4)
        || (paced && !(per_second > 0)) || (!paced && strncmp(line, "measure ", 8) != 0)) {
        errno = EINVAL;
        return false;
    }
    if (strcmp(wanted.workload, session->workload) != 0 || wanted.payload != session->payload
        || wanted.messages != session->messages) {
        close_session(session);
        *session = wanted;
        if (!open_session(session))
            return false;
    }
    return paced ? pace(session, nanos, per_second) : measure(session, nanos);
}

static bool parse_options(int count, char **words)
{
#ifdef __linux__
    if (floor_parse(count, words, &floor_kind))
        return true;
#endif
    return spin_parse(count, words);
}

int main(int argc, char **argv)
{
    if (argc < 2 || !endpoint_parse(argv[1], &server) || !parse_options(argc - 2, argv + 2)) {
        fprintf(stderr, "usage: reference-client ENDPOINT [spin MICROSECONDS | pipe | eventfd | shm]\n");
        return 2;
    }
    signal(SIGPIPE, SIG_IGN);
    buffer = calloc(1, LARGEST_PAYLOAD);
    samples = calloc(MOST_SAMPLES, sizeof *samples);
    if (buffer == NULL || samples == NULL)
        return 1;
    memset(samples, 0xff, MOST_SAMPLES * sizeof *samples); /* no page faults while measuring */
    struct session session = {.fd = -1};
    char line[256];
    while (fgets(line, sizeof line, stdin) != NULL)
        if (!obey(line, &session)) {
            printf("error %s: %s\n", argv[1], strerror(errno));
            fflush(stdout);
            close_session(&session);
        }
    close_session(&session);
    free(samples);
    free(buffer);
    return 0;
}
