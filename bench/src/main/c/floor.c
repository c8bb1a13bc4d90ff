#define _GNU_SOURCE /* ring.h says so too */
#include "floor.h"
#include "wire.h"

#include <ring.h>

#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <sys/eventfd.h>
#include <sys/mman.h>
#include <sys/socket.h>
#include <unistd.h>

enum { UP, DOWN, MEMORY, MOST_DESCRIPTORS };

/* Of each ring in bytes, as Java's side has it; and how often a ring is looked at before a sleep. */
enum { CAPACITY = 1 << 18, LOOKS = 2000 };

bool floor_parse(int count, char **words, enum floor_kind *kind)
{
    *kind = FLOOR_NONE;
    if (count == 1 && strcmp(words[0], "pipe") == 0)
        *kind = FLOOR_PIPE;
    if (count == 1 && strcmp(words[0], "eventfd") == 0)
        *kind = FLOOR_EVENTFD;
    if (count == 1 && strcmp(words[0], "shm") == 0)
        *kind = FLOOR_SHM;
    return *kind != FLOOR_NONE;
}

size_t floor_largest(enum floor_kind kind)
{
    return kind == FLOOR_SHM ? LARGEST_PAYLOAD : FLOOR_LARGEST;
}

static int descriptors_of(enum floor_kind kind)
{
    return kind == FLOOR_PIPE ? 2 : MOST_DESCRIPTORS;
}

static void close_all(const int *fds, int count)
{
    for (int i = 0; i < count; i++)
        close(fds[i]);
}

static int map(int memory, bool client, struct floor *floor)
{
    uint8_t *shared =
        mmap(NULL, 2 * FLOOR_LARGEST, PROT_READ | PROT_WRITE, MAP_SHARED | MAP_POPULATE, memory, 0);
    if (shared == MAP_FAILED)
        return -1;
    floor->write_to = client ? shared : shared + FLOOR_LARGEST;
    floor->read_from = client ? shared + FLOOR_LARGEST : shared;
    return 0;
}

/* Two pipes: ours in FLOOR, the other side's ends in THEIRS. */
static int make_pipes(struct floor *floor, int *theirs)
{
    int up[2];
    int down[2];
    if (pipe(up) < 0)
        return -1;
    if (pipe(down) < 0) {
        close_all(up, 2);
        return -1;
    }
    theirs[UP] = up[0];
    theirs[DOWN] = down[1];
    floor->out = up[1];
    floor->in = down[0];
    return 0;
}

/* Two eventfds and a file in memory, which both sides have. */
static int make_eventfds(struct floor *floor, int *theirs)
{
    theirs[UP] = floor->out = eventfd(0, 0);
    theirs[DOWN] = floor->in = eventfd(0, 0);
    theirs[MEMORY] = memfd_create("unixsocket-bench", MFD_CLOEXEC);
    if (floor->out < 0 || floor->in < 0 || theirs[MEMORY] < 0
        || ftruncate(theirs[MEMORY], 2 * FLOOR_LARGEST) < 0 || map(theirs[MEMORY], true, floor) < 0) {
        close_all(theirs, MOST_DESCRIPTORS);
        return -1;
    }
    return 0;
}

union descriptors {
    char bytes[CMSG_SPACE(sizeof(int) * MOST_DESCRIPTORS)];
    struct cmsghdr align;
};

static int offer_rings(int socket, const void *hello, size_t length, struct floor *floor)
{
    floor->rings = calloc(1, sizeof *floor->rings);
    if (floor->rings == NULL || ring_offer(floor->rings, socket, CAPACITY, hello, length) < 0)
        return -1;
    floor->rings->spins = LOOKS;
    if (ring_answer(floor->rings) == ACCEPTED)
        return 0;
    errno = ECONNREFUSED;
    return -1;
}

static int accept_rings(int socket, void *hello, size_t length, struct floor *floor)
{
    floor->rings = calloc(1, sizeof *floor->rings);
    if (floor->rings == NULL || ring_accept(floor->rings, socket, hello, length) != (ssize_t)length
        || floor->rings->capacity == 0 || floor->rings->left != 0)
        return -1;
    floor->rings->spins = LOOKS;
    return 0;
}

int floor_offer(int socket, enum floor_kind kind, const void *hello, size_t length, struct floor *floor)
{
    if (kind == FLOOR_SHM) {
        *floor = (struct floor){.kind = kind, .in = -1, .out = -1};
        return offer_rings(socket, hello, length, floor);
    }
    int theirs[MOST_DESCRIPTORS];
    int count = descriptors_of(kind);
    *floor = (struct floor){.kind = kind};
    if ((kind == FLOOR_PIPE ? make_pipes(floor, theirs) : make_eventfds(floor, theirs)) < 0)
        return -1;
    union descriptors control = {{0}};
    struct iovec data = {.iov_base = (void *)(uintptr_t)hello, .iov_len = length};
    struct msghdr message = {.msg_iov = &data,
                             .msg_iovlen = 1,
                             .msg_control = control.bytes,
                             .msg_controllen = CMSG_SPACE(sizeof(int) * (size_t)count)};
    struct cmsghdr *header = CMSG_FIRSTHDR(&message);
    header->cmsg_level = SOL_SOCKET;
    header->cmsg_type = SCM_RIGHTS;
    header->cmsg_len = CMSG_LEN(sizeof(int) * (size_t)count);
    memcpy(CMSG_DATA(header), theirs, sizeof(int) * (size_t)count);
    ssize_t sent = sendmsg(socket, &message, MSG_NOSIGNAL);
    if (kind == FLOOR_PIPE)
        close_all(theirs, count);
    else
        close(theirs[MEMORY]);
    return sent == (ssize_t)length ? 0 : -1;
}

int floor_accept(int socket, enum floor_kind kind, void *hello, size_t length, struct floor *floor)
{
    if (kind == FLOOR_SHM) {
        *floor = (struct floor){.kind = kind, .in = -1, .out = -1};
        return accept_rings(socket, hello, length, floor);
    }
    int fds[MOST_DESCRIPTORS];
    int count = descriptors_of(kind);
    union descriptors control = {{0}};
    struct iovec data = {.iov_base = hello, .iov_len = length};
    struct msghdr message = {.msg_iov = &data,
                             .msg_iovlen = 1,
                             .msg_control = control.bytes,
                             .msg_controllen = sizeof control.bytes};
    if (recvmsg(socket, &message, MSG_CMSG_CLOEXEC | MSG_WAITALL) != (ssize_t)length)
        return -1;
    struct cmsghdr *header = CMSG_FIRSTHDR(&message);
    if (header == NULL || header->cmsg_type != SCM_RIGHTS
        || header->cmsg_len != CMSG_LEN(sizeof(int) * (size_t)count))
        return -1;
    memcpy(fds, CMSG_DATA(header), sizeof(int) * (size_t)count);
    *floor = (struct floor){.kind = kind, .in = fds[UP], .out = fds[DOWN]};
    if (kind == FLOOR_PIPE)
        return 0;
    int mapped = map(fds[MEMORY], false, floor);
    close(fds[MEMORY]);
    return mapped;
}

static bool read_ring(struct rings *rings, uint8_t *into, size_t length)
{
    for (size_t done = 0; done < length;) {
        ssize_t now = ring_read(rings, (char *)into + done, length - done);
        if (now <= 0)
            return false;
        done += (size_t)now;
    }
    return true;
}

static bool read_all(int fd, void *buffer, size_t length)
{
    for (size_t done = 0; done < length;) {
        ssize_t now = read(fd, (uint8_t *)buffer + done, length - done);
        if (now == 0 || (now < 0 && errno != EINTR))
            return false;
        done += now < 0 ? 0 : (size_t)now;
    }
    return true;
}

bool floor_write(const struct floor *floor, const void *buffer, size_t length)
{
    uint64_t one = 1;
    if (floor->kind == FLOOR_SHM)
        return ring_write(floor->rings, buffer, length) == (ssize_t)length;
    if (floor->kind == FLOOR_PIPE) /* no longer than PIPE_BUF: all of it or nothing */
        return write(floor->out, buffer, length) == (ssize_t)length;
    memcpy(floor->write_to, buffer, length);
    return write(floor->out, &one, sizeof one) == sizeof one;
}

bool floor_read(const struct floor *floor, void *buffer, size_t length)
{
    uint64_t times;
    if (floor->kind == FLOOR_SHM)
        return read_ring(floor->rings, buffer, length);
    if (floor->kind == FLOOR_PIPE)
        return read_all(floor->in, buffer, length);
    if (!read_all(floor->in, &times, sizeof times))
        return false;
    memcpy(buffer, floor->read_from, length);
    return true;
}

static void close_rings(struct rings *rings)
{
    if (rings == NULL)
        return;
    if (rings->capacity > 0) {
        munmap(rings->in.bytes, 2 * rings->capacity);
        munmap(rings->out.bytes, 2 * rings->capacity);
        munmap(rings->header, HEADER_BYTES);
    }
    free(rings);
}

void floor_close(struct floor *floor)
{
    if (floor->kind == FLOOR_SHM) {
        close_rings(floor->rings);
        return;
    }
    close(floor->in);
    close(floor->out);
    if (floor->kind == FLOOR_EVENTFD)
        munmap(floor->write_to < floor->read_from ? floor->write_to : floor->read_from,
               2 * FLOOR_LARGEST);
}
