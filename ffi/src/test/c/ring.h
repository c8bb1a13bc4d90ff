/*
 * A stream over two rings in a sealed memory file, with an AF_UNIX socket as the doorbell: what
 * docs/SHARED-MEMORY.md describes, for one thread. Linux, C11. The C reference of the benchmarks
 * (bench/src/main/c/floor.c) includes it too.
 */
#ifndef RING_H
#define RING_H

#ifndef _GNU_SOURCE
#define _GNU_SOURCE
#endif
#include <errno.h>
#include <fcntl.h>
#include <linux/membarrier.h>
#include <poll.h>
#include <stdatomic.h>
#include <stdint.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <unistd.h>

/* For tests: called at each step of the offer, and how many bytes go with the descriptor. */
#ifndef RING_STEP
#define RING_STEP(step)
#define RING_WITH_OFFER(length) (length)
#endif

#define HEADER_BYTES 65536
#define TO_ACCEPTER 1024
#define TO_OFFERER 2048

enum state { OFFERED, ACCEPTED, DECLINED, WITHDRAWN };

/* At the beginning of the file. */
struct header {
    char magic[8];
    uint32_t version;
    uint32_t header_bytes;
    uint64_t capacity;
    uint64_t first_bytes;
    char pad[96];
    _Atomic uint32_t state;
    char pad_too[60];
    uint32_t offerer_registered;
    uint32_t accepter_registered;
};

/* Whether an end sleeps, and whether it makes the barrier for both before it does. */
struct sleeper {
    _Atomic uint32_t sleeps;
    _Atomic uint32_t makes_barriers;
};

/* What both ends of a ring share besides its bytes. */
struct control {
    _Alignas(128) _Atomic uint64_t tail;
    _Alignas(128) _Atomic uint64_t head;
    _Alignas(128) _Atomic uint32_t finished;
    _Alignas(128) struct sleeper consumer;
    _Alignas(128) struct sleeper producer;
};

/* One end of a ring. */
struct end {
    struct control *control;
    char *bytes;       /* mapped twice, one after the other */
    uint64_t position; /* how many bytes this end has passed on */
    uint64_t seen;     /* where the other end was when it was last looked at */
    struct sleeper *self;
    struct sleeper *other;
    int found;          /* how often this end found what it wanted since it slept */
    int makes_barriers; /* as self->makes_barriers, which the peer can write to */
    int missed;         /* whether the last look found nothing */
    uint64_t few;       /* how few bytes a look found at once, before looks that wait; 0: none wait */
    int has_many;       /* whether the last look found enough for a while */
    int looks_at_once;  /* how many looks come at once, since waiting was not worth it */
};

struct rings {
    int socket;
    int hung_up;
    int spins; /* how often to look before sleeping */
    uint64_t left; /* how many of the first bytes are still in the socket */
    uint64_t capacity;
    int barriers; /* both processes make barriers for each other */
    struct header *header;
    struct end in, out;
};

/* How often an end finds what it wants without sleep before it makes the barriers for both. */
enum { AWAKE = 64 };

static int make_barrier(void) {
    return syscall(SYS_membarrier, MEMBARRIER_CMD_GLOBAL_EXPEDITED, 0, 0) == 0;
}

/* Whether this process takes part in barriers. */
static int register_for_barriers(void) {
    return syscall(SYS_membarrier, MEMBARRIER_CMD_REGISTER_GLOBAL_EXPEDITED, 0, 0) == 0
            && make_barrier();
}

static void end_found(struct rings *r, struct end *end) {
    if (!end->makes_barriers && r->barriers && ++end->found > AWAKE) {
        end->makes_barriers = 1;
        atomic_store(&end->self->makes_barriers, 1);
    }
}

/* Says that this end is about to sleep. 0: it must not, since the other may not see it. */
static int end_announces(struct end *end) {
    end->found = 0;
    if (end->makes_barriers) {
        atomic_store(&end->self->makes_barriers, 0);
    }
    atomic_store(&end->self->sleeps, 1);
    if (end->makes_barriers) {
        end->makes_barriers = !make_barrier();
    }
    return !end->makes_barriers;
}

/* After a position was stored: whether the other end is to be woken, which is the caller's to do. */
static int end_wakes(struct end *end) {
    atomic_signal_fence(memory_order_seq_cst); /* for the compiler: the store was before */
    if (atomic_load_explicit(&end->other->makes_barriers, memory_order_acquire)
            && !atomic_load_explicit(&end->other->sleeps, memory_order_acquire)) {
        return 0;
    }
    atomic_thread_fence(memory_order_seq_cst);
    return atomic_load(&end->other->sleeps) && atomic_exchange(&end->other->sleeps, 0);
}

static char *map_twice(int fd, off_t at, uint64_t capacity) {
    char *both = mmap(NULL, 2 * capacity, PROT_READ | PROT_WRITE, MAP_SHARED, fd, at);
    if (both == MAP_FAILED
            || mmap(both + capacity, capacity, PROT_READ | PROT_WRITE, MAP_SHARED | MAP_FIXED, fd, at)
                    == MAP_FAILED) {
        return NULL;
    }
    return both;
}

static int map_rings(struct rings *r, int fd, int in, int out) {
    off_t second = HEADER_BYTES + (off_t) r->capacity;
    r->in.control = (struct control *) ((char *) r->header + in);
    r->out.control = (struct control *) ((char *) r->header + out);
    r->in.self = &r->in.control->consumer;
    r->in.other = &r->in.control->producer;
    r->out.self = &r->out.control->producer;
    r->out.other = &r->out.control->consumer;
    r->in.bytes = map_twice(fd, in == TO_ACCEPTER ? HEADER_BYTES : second, r->capacity);
    r->out.bytes = map_twice(fd, out == TO_ACCEPTER ? HEADER_BYTES : second, r->capacity);
    return r->in.bytes && r->out.bytes ? 0 : -1;
}

/* Sends first bytes with the offer. Returns 0, or -1 with errno. */
static int ring_offer(
        struct rings *r, int socket, uint64_t capacity, const char *first, size_t length) {
    memset(r, 0, sizeof *r);
    r->socket = socket;
    r->capacity = capacity;
    int fd = memfd_create("rings", MFD_CLOEXEC | MFD_ALLOW_SEALING);
    RING_STEP(1);
    if (fd < 0 || ftruncate(fd, HEADER_BYTES + 2 * (off_t) capacity) < 0
            || fcntl(fd, F_ADD_SEALS, F_SEAL_SHRINK | F_SEAL_GROW | F_SEAL_SEAL) < 0) {
        return -1;
    }
    r->header = mmap(NULL, HEADER_BYTES, PROT_READ | PROT_WRITE, MAP_SHARED, fd, 0);
    if (r->header == MAP_FAILED || map_rings(r, fd, TO_OFFERER, TO_ACCEPTER) < 0) {
        return -1;
    }
    memcpy(r->header->magic, "USHMRING", 8);
    r->header->version = 1;
    r->header->header_bytes = HEADER_BYTES;
    r->header->capacity = capacity;
    r->header->first_bytes = length;
    r->header->offerer_registered = register_for_barriers();

    union {
        struct cmsghdr header;
        char bytes[CMSG_SPACE(sizeof(int))];
    } control = {0};
    struct iovec part = {(char *) first, length};
    struct msghdr message = {.msg_iov = &part, .msg_iovlen = 1,
                             .msg_control = &control, .msg_controllen = sizeof control};
    struct cmsghdr *rights = CMSG_FIRSTHDR(&message);
    rights->cmsg_level = SOL_SOCKET;
    rights->cmsg_type = SCM_RIGHTS;
    rights->cmsg_len = CMSG_LEN(sizeof(int));
    memcpy(CMSG_DATA(rights), &fd, sizeof fd);
    RING_STEP(2);
    part.iov_len = RING_WITH_OFFER(length);
    ssize_t sent = sendmsg(socket, &message, MSG_NOSIGNAL);
    RING_STEP(3);
    close(fd);
    while (sent >= 0 && (size_t) sent < length) {
        ssize_t more = send(socket, first + sent, length - sent, MSG_NOSIGNAL);
        if (more < 0) {
            return -1;
        }
        sent += more;
        RING_STEP(4);
    }
    return sent < 0 ? -1 : 0;
}

/*
 * Waits for the answer, or for anything else that comes, which is left in the socket. Returns the
 * state.
 */
static enum state ring_answer(struct rings *r) {
    char byte;
    recv(r->socket, &byte, 1, MSG_PEEK);
    uint32_t state = OFFERED;
    RING_STEP(5);
    atomic_compare_exchange_strong(&r->header->state, &state, WITHDRAWN);
    RING_STEP(6);
    r->barriers = state == ACCEPTED && r->header->offerer_registered
            && *(volatile uint32_t *) &r->header->accepter_registered;
    return state == OFFERED ? WITHDRAWN : state;
}

/*
 * Receives the first bytes, and takes the rings if they are offered. Returns how many bytes came;
 * the capacity is 0 if there are no rings. The rest of the first bytes is to be read by
 * ring_accept_rest.
 */
static ssize_t ring_accept(struct rings *r, int socket, char *first, size_t length) {
    memset(r, 0, sizeof *r);
    r->socket = socket;
    union {
        struct cmsghdr header;
        char bytes[CMSG_SPACE(253 * sizeof(int))];
    } control;
    struct iovec part = {first, length};
    struct msghdr message = {.msg_iov = &part, .msg_iovlen = 1,
                             .msg_control = &control, .msg_controllen = sizeof control};
    RING_STEP(1);
    ssize_t count = recvmsg(socket, &message, MSG_CMSG_CLOEXEC);
    RING_STEP(2);
    struct cmsghdr *rights = count <= 0 ? NULL : CMSG_FIRSTHDR(&message);
    if (!rights || rights->cmsg_type != SCM_RIGHTS) {
        return count;
    }
    size_t fds = (rights->cmsg_len - CMSG_LEN(0)) / sizeof(int);
    int fd;
    for (size_t i = 1; i < fds; i++) {
        memcpy(&fd, CMSG_DATA(rights) + i * sizeof fd, sizeof fd);
        close(fd);
    }
    memcpy(&fd, CMSG_DATA(rights), sizeof fd);
    int wanted = F_SEAL_SHRINK | F_SEAL_GROW | F_SEAL_SEAL;
    int seals = fcntl(fd, F_GET_SEALS);
    struct stat status;
    struct header *h = MAP_FAILED;
    if (fds == 1 && seals >= 0 && (seals & wanted) == wanted && !(seals & F_SEAL_WRITE)
            && fstat(fd, &status) == 0 && status.st_size >= HEADER_BYTES) {
        h = mmap(NULL, HEADER_BYTES, PROT_READ | PROT_WRITE, MAP_SHARED, fd, 0);
    }
    if (h != MAP_FAILED) {
        uint64_t capacity = *(volatile uint64_t *) &h->capacity;
        uint64_t first_bytes = *(volatile uint64_t *) &h->first_bytes;
        r->header = h;
        r->capacity = capacity;
        int registered = register_for_barriers();
        h->accepter_registered = registered;
        r->barriers = registered && *(volatile uint32_t *) &h->offerer_registered;
        uint32_t state = OFFERED;
        if (memcmp(h->magic, "USHMRING", 8) == 0 && h->version == 1
                && h->header_bytes == HEADER_BYTES && capacity >= 65536 && capacity <= 1 << 29
                && (capacity & (capacity - 1)) == 0
                && (uint64_t) status.st_size == HEADER_BYTES + 2 * capacity
                && first_bytes >= (uint64_t) count && map_rings(r, fd, TO_ACCEPTER, TO_OFFERER) == 0
                && atomic_compare_exchange_strong(&h->state, &state, ACCEPTED)) {
            RING_STEP(3);
            r->left = first_bytes - count;
            send(socket, "", 1, MSG_NOSIGNAL);
            RING_STEP(4);
        } else {
            r->capacity = 0;
        }
    }
    close(fd);
    return count;
}

/* Receives more of the first bytes, while r->left is not 0. */
static ssize_t ring_accept_rest(struct rings *r, char *into, size_t length) {
    ssize_t count = recv(r->socket, into, r->left < length ? r->left : length, 0);
    RING_STEP(5);
    r->left -= count > 0 ? count : 0;
    return count;
}

static void ring_bell(struct rings *r) {
    if (send(r->socket, "", 1, MSG_DONTWAIT | MSG_NOSIGNAL) < 0 && errno != EAGAIN) {
        r->hung_up = 1;
    }
}

/* Sleeps until a bell comes, or for a millisecond if it was not announced that this end sleeps. */
static void ring_sleep(struct rings *r, int announced) {
    char bells[64];
    ssize_t count;
    if (r->left > 0 || !announced) { /* no bells come between the first bytes */
        struct pollfd end = {.fd = r->socket};
        r->hung_up |= poll(&end, 1, 1) > 0;
        return;
    }
    do {
        count = recv(r->socket, bells, sizeof bells, 0);
    } while (count < 0 && errno == EINTR);
    if (count <= 0) {
        r->hung_up = 1;
    }
}

/* Between two looks: leaves the memory and the core's other thread in peace. */
static void spin_wait(void) {
#if defined(__x86_64__)
    __builtin_ia32_pause();
#elif defined(__aarch64__)
    __asm__ volatile("yield");
#endif
}

/* Bytes to read; below least it looks again. -1 if the peer has spoiled the ring. */
static int64_t ring_there(struct rings *r, uint64_t least) {
    if (r->in.seen - r->in.position < least) {
        int waits = r->in.few > 0 && !r->in.has_many; /* as Java's RingReader does */
        for (int i = 0; waits && i < 64; i++) {
            spin_wait();
        }
        uint64_t tail = atomic_load(&r->in.control->tail);
        if (tail - r->in.position > r->capacity) {
            return -1;
        }
        r->in.seen = tail;
        uint64_t there = tail - r->in.position;
        int is_there = there >= least;
        if (waits && there < 4 * r->in.few) {
            r->in.few = 0;
            r->in.looks_at_once = 64;
        } else if (r->in.looks_at_once > 0) {
            r->in.looks_at_once--;
        } else if (r->in.few == 0 && is_there && !r->in.missed) {
            r->in.few = there;
        }
        r->in.has_many = there >= 4096;
        r->in.missed = !is_there;
        if (is_there) {
            end_found(r, &r->in);
        }
    }
    return r->in.seen - r->in.position;
}

static void ring_wake_producer(struct rings *r, uint64_t least_free) {
    uint64_t free = r->capacity - (r->in.seen - r->in.position);
    if (free >= least_free && end_wakes(&r->in)) {
        ring_bell(r);
    }
}

static void ring_release(struct rings *r, uint64_t count) {
    r->in.position += count;
    atomic_store_explicit(&r->in.control->head, r->in.position, memory_order_release);
    ring_wake_producer(r, r->capacity / 4);
}

/* Waits for so many bytes: how many there are, fewer at the end of the stream, -1 as ring_there. */
static int64_t ring_await(struct rings *r, uint64_t least) {
    int64_t there = ring_there(r, least);
    if (there < 0 || (uint64_t) there >= least) {
        return there;
    }
    ring_wake_producer(r, 0);
    for (int spins = 0;; spins++) {
        there = ring_there(r, least);
        if (there < 0 || (uint64_t) there >= least) {
            return there;
        }
        if (atomic_load(&r->in.control->finished) || r->hung_up) {
            return ring_there(r, least);
        }
        if (spins < r->spins) {
            spin_wait();
            continue;
        }
        int announced = end_announces(&r->in);
        there = ring_there(r, least);
        if (there >= 0 && (uint64_t) there < least && !atomic_load(&r->in.control->finished)) {
            ring_sleep(r, announced);
        }
        atomic_store(&r->in.self->sleeps, 0);
        spins = 0;
    }
}

/* As read(2); -1 also if the peer has spoiled the ring. */
static ssize_t ring_read(struct rings *r, char *into, size_t length) {
    int64_t there = ring_await(r, 1);
    if (there <= 0) {
        return there;
    }
    size_t count = (uint64_t) there < length ? (size_t) there : length;
    memcpy(into, r->in.bytes + (r->in.position & (r->capacity - 1)), count);
    ring_release(r, count);
    return count;
}

/* Room to write; below wanted it looks again. -1 if the peer has spoiled the ring. */
static int64_t ring_room(struct rings *r, uint64_t wanted) {
    if (r->capacity - (r->out.position - r->out.seen) < wanted) {
        uint64_t head = atomic_load(&r->out.control->head);
        if (r->out.position - head > r->capacity) {
            return -1;
        }
        r->out.seen = head;
        if (r->capacity - (r->out.position - head) >= wanted) {
            end_found(r, &r->out);
        }
    }
    return r->capacity - (r->out.position - r->out.seen);
}

/* Waits for room for so many bytes. Returns it, or -1 if the peer is gone or spoiled the ring. */
static int64_t ring_await_room(struct rings *r, uint64_t least) {
    for (int spins = 0;; spins++) {
        int64_t room = ring_room(r, least);
        if (room < 0 || r->hung_up) {
            return -1;
        }
        if ((uint64_t) room >= least) {
            return room;
        }
        if (spins < r->spins) {
            spin_wait();
            continue;
        }
        int announced = end_announces(&r->out);
        room = ring_room(r, least);
        if (room >= 0 && (uint64_t) room < least) {
            ring_sleep(r, announced);
        }
        atomic_store(&r->out.self->sleeps, 0);
        spins = 0;
    }
}

/* Fetches the next line of the cache, which is free, before the next message is written to it. */
static void touch_next(struct rings *r) {
    uint64_t next = (r->out.position + 63) & ~(uint64_t) 63;
    if (next - r->out.seen < r->capacity) {
        *(volatile char *) (r->out.bytes + (next & (r->capacity - 1))) = 0;
    }
}

static void ring_publish(struct rings *r, uint64_t count) {
    r->out.position += count;
    atomic_store_explicit(&r->out.control->tail, r->out.position, memory_order_release);
    touch_next(r);
    if (end_wakes(&r->out)) {
        ring_bell(r);
    }
}

/* Writes all. Returns the length, or -1 if the peer is gone or has spoiled the ring. */
static ssize_t ring_write(struct rings *r, const char *from, size_t length) {
    for (size_t done = 0; done < length;) {
        size_t count = length - done < 131072 ? length - done : 131072;
        if (count > r->capacity / 4) {
            count = r->capacity / 4;
        }
        int64_t room = ring_await_room(r, 1);
        if (room < 0) {
            return -1;
        }
        if ((uint64_t) room < count) {
            count = room;
        }
        memcpy(r->out.bytes + (r->out.position & (r->capacity - 1)), from + done, count);
        ring_publish(r, count);
        done += count;
    }
    return length;
}

/* A message with its header, up to where the next one begins. */
static uint64_t message_framed(uint64_t length) {
    return 8 + ((length + 7) & ~(uint64_t) 7);
}

/* Where to write a message of at most so many bytes. NULL as ring_await_room, or if it is too large. */
static char *message_claim(struct rings *r, uint64_t length) {
    if (length > r->capacity - 8 || ring_await_room(r, message_framed(length)) < 0) {
        return NULL;
    }
    return r->out.bytes + (r->out.position & (r->capacity - 1)) + 8;
}

/* Sends the message that was written where message_claim said. */
static void message_publish(struct rings *r, uint32_t length) {
    uint32_t header[2] = {length, 0};
    memcpy(r->out.bytes + (r->out.position & (r->capacity - 1)), header, sizeof header);
    ring_publish(r, message_framed(length));
}

/*
 * Waits for a message, to be read at *message and then given back by message_release. Returns its
 * length, -1 at the end of the stream, -2 if it is none.
 */
static int64_t message_receive(struct rings *r, const char **message) {
    int64_t there = ring_await(r, 8);
    if (there < 8) {
        return there == 0 ? -1 : -2;
    }
    const char *at = r->in.bytes + (r->in.position & (r->capacity - 1));
    uint32_t length = *(const volatile uint32_t *) at;
    if (length > r->capacity - 8
            || ring_await(r, message_framed(length)) < (int64_t) message_framed(length)) {
        return -2;
    }
    *message = at + 8;
    return length;
}

static void message_release(struct rings *r, uint32_t length) {
    ring_release(r, message_framed(length));
}

/* Ends the output. */
static void ring_finish(struct rings *r) {
    atomic_store(&r->out.control->finished, 1);
    if (end_wakes(&r->out)) {
        ring_bell(r);
    }
}

/* Unmaps, and closes the socket. */
static void ring_close(struct rings *r) {
    if (r->header && r->header != MAP_FAILED) {
        munmap(r->header, HEADER_BYTES);
    }
    if (r->in.bytes) {
        munmap(r->in.bytes, 2 * r->capacity);
    }
    if (r->out.bytes) {
        munmap(r->out.bytes, 2 * r->capacity);
    }
    close(r->socket);
}

#endif
