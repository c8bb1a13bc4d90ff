#define _GNU_SOURCE
#include "endpoint.h"

#include <errno.h>
#include <netinet/tcp.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/resource.h>
#include <time.h>
#include <unistd.h>

uint64_t spin_nanos;

static bool parse_unix(const char *name, bool abstract, int type, struct endpoint *endpoint)
{
    struct sockaddr_un *un = &endpoint->address.un;
    size_t length = strlen(name);
    if (length == 0 || length >= sizeof un->sun_path)
        return false;
    un->sun_family = AF_UNIX;
    memcpy(un->sun_path + (abstract ? 1 : 0), name, length);
    endpoint->domain = AF_UNIX;
    endpoint->type = type;
    endpoint->length = sizeof *un;
    if (abstract)
        endpoint->length = (socklen_t)(offsetof(struct sockaddr_un, sun_path) + 1 + length);
    return true;
}

static bool parse_tcp(const char *port, struct endpoint *endpoint)
{
    char *end;
    long number = strtol(port, &end, 10);
    if (*port == '\0' || *end != '\0' || number < 0 || number > 65535)
        return false;
    struct sockaddr_in *in = &endpoint->address.in;
    in->sin_family = AF_INET;
    in->sin_port = htons((in_port_t)number);
    in->sin_addr.s_addr = htonl(INADDR_LOOPBACK);
    endpoint->domain = AF_INET;
    endpoint->type = SOCK_STREAM;
    endpoint->length = sizeof *in;
    return true;
}

bool endpoint_parse(const char *text, struct endpoint *endpoint)
{
    memset(endpoint, 0, sizeof *endpoint);
    if (strncmp(text, "unix:", 5) == 0)
        return parse_unix(text + 5, false, SOCK_STREAM, endpoint);
    if (strncmp(text, "abstract:", 9) == 0)
        return parse_unix(text + 9, true, SOCK_STREAM, endpoint);
    if (strncmp(text, "seqpacket:", 10) == 0)
        return parse_unix(text + 10, false, SOCK_SEQPACKET, endpoint);
    if (strncmp(text, "tcp:", 4) == 0)
        return parse_tcp(text + 4, endpoint);
    return false;
}

static int give_up(int fd)
{
    int reason = errno;
    close(fd);
    errno = reason;
    return -1;
}

static int set_int(int fd, int level, int name)
{
    int on = 1;
    return setsockopt(fd, level, name, &on, sizeof on);
}

int endpoint_listen(struct endpoint *endpoint, int backlog)
{
    int fd = socket(endpoint->domain, endpoint->type, 0);
    if (fd < 0)
        return -1;
    if (endpoint->domain == AF_INET && set_int(fd, SOL_SOCKET, SO_REUSEADDR) < 0)
        return give_up(fd);
    if (bind(fd, &endpoint->address.any, endpoint->length) < 0)
        return give_up(fd);
    if (endpoint->domain == AF_INET) {
        socklen_t length = sizeof endpoint->address.in;
        if (getsockname(fd, &endpoint->address.any, &length) < 0)
            return give_up(fd);
    }
    if (listen(fd, backlog) < 0)
        return give_up(fd);
    return fd;
}

int endpoint_connect(const struct endpoint *endpoint, const struct timeval *timeout)
{
    int fd = socket(endpoint->domain, endpoint->type, 0);
    if (fd < 0)
        return -1;
    if (endpoint->domain == AF_INET && set_int(fd, IPPROTO_TCP, TCP_NODELAY) < 0)
        return give_up(fd);
    if (timeout != NULL && setsockopt(fd, SOL_SOCKET, SO_SNDTIMEO, timeout, sizeof *timeout) < 0)
        return give_up(fd);
    int result;
    do
        result = connect(fd, &endpoint->address.any, endpoint->length);
    while (result < 0 && errno == EINTR);
    return result < 0 ? give_up(fd) : fd;
}

int endpoint_accept(const struct endpoint *endpoint, int listener)
{
    int fd;
    do
        fd = accept(listener, NULL, NULL);
    while (fd < 0 && errno == EINTR);
    if (fd >= 0 && endpoint->domain == AF_INET && set_int(fd, IPPROTO_TCP, TCP_NODELAY) < 0)
        return give_up(fd);
    return fd;
}

void endpoint_remove(const struct endpoint *endpoint)
{
    if (endpoint->domain == AF_UNIX && endpoint->address.un.sun_path[0] != '\0')
        unlink(endpoint->address.un.sun_path);
}

void endpoint_print(const struct endpoint *endpoint, char *text, size_t size)
{
    const char *path = endpoint->address.un.sun_path;
    if (endpoint->domain == AF_INET)
        snprintf(text, size, "tcp:%d", ntohs(endpoint->address.in.sin_port));
    else if (path[0] == '\0')
        snprintf(text, size, "abstract:%s", path + 1);
    else
        snprintf(text, size, "%s:%s", endpoint->type == SOCK_SEQPACKET ? "seqpacket" : "unix", path);
}

bool spin_parse(int count, char **words)
{
    if (count == 0)
        return true;
    if (count != 2 || strcmp(words[0], "spin") != 0)
        return false;
    char *end;
    unsigned long micros = strtoul(words[1], &end, 10);
    spin_nanos = (uint64_t)micros * 1000;
    return *words[1] != '\0' && *end == '\0';
}

uint64_t now(void)
{
    struct timespec time;
    clock_gettime(CLOCK_MONOTONIC, &time);
    return (uint64_t)time.tv_sec * 1000000000u + (uint64_t)time.tv_nsec;
}

void raise_descriptor_limit(void)
{
    struct rlimit limit;
    if (getrlimit(RLIMIT_NOFILE, &limit) == 0) {
        limit.rlim_cur = limit.rlim_max;
        setrlimit(RLIMIT_NOFILE, &limit);
    }
}

/* Tells the processor that this is a loop that waits. */
static inline void spin_pause(void)
{
#if defined(__x86_64__)
    __builtin_ia32_pause();
#elif defined(__aarch64__)
    __asm__ volatile("isb" ::: "memory");
#endif
}

/* read(2); with a budget, recv(2) without waiting first, until that is spent. */
static ssize_t read_some(int fd, void *buffer, size_t length)
{
    if (spin_nanos > 0) {
        uint64_t end = now() + spin_nanos;
        do {
            ssize_t got = recv(fd, buffer, length, MSG_DONTWAIT);
            if (got >= 0 || (errno != EAGAIN && errno != EWOULDBLOCK))
                return got;
            spin_pause();
        } while (now() < end);
    }
    return read(fd, buffer, length);
}

int read_fully(int fd, void *buffer, size_t length)
{
    size_t done = 0;
    while (done < length) {
        ssize_t got = read_some(fd, (char *)buffer + done, length - done);
        if (got < 0 && errno == EINTR)
            continue;
        if (got <= 0)
            return (int)got;
        done += (size_t)got;
    }
    return 1;
}

int write_fully(int fd, const void *buffer, size_t length)
{
    size_t done = 0;
    while (done < length) {
        ssize_t put = write(fd, (const char *)buffer + done, length - done);
        if (put < 0 && errno == EINTR)
            continue;
        if (put < 0)
            return -1;
        done += (size_t)put;
    }
    return 0;
}
