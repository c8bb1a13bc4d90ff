/*
 * The C side of SharedMemoryPeerTest: connects to the path that it is given, and then
 *
 *   echo               accepts rings and sends back what comes, until the end of the stream
 *   echo-messages      the same with messages, after the first bytes
 *   ask SPINS BYTES    offers rings, sends so many bytes and checks that they come back
 *   die-offering STEP  offers rings, and kills itself at that step of the offer (RING_STEP in ring.h)
 *   die-accepting STEP the same for the other side
 *   outlive-offering   offers rings, uses them until the peer has gone, frees all that it has, and
 *                      prints when that was noticed (CLOCK_MONOTONIC, in ns), and how many mappings
 *                      and descriptors of rings are left
 *   outlive-accepting  the same for the other side
 *   scribble SEED N    accepts rings, and writes N times anything anywhere into what is shared,
 *                      while it also moves bytes as it should
 *
 * Exits with 0 if all was as it should be.
 */
#define _GNU_SOURCE
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/un.h>
#include <time.h>
#include <unistd.h>

static int dies_at;

static void at_step(int step) {
    if (step == dies_at) {
        kill(getpid(), SIGKILL);
    }
}

#define RING_STEP(step) at_step(step)
#define RING_WITH_OFFER(length) (dies_at ? 1 : (length))
#include "ring.h"

#define PART 8192

static char buffer[PART], expected[PART];

static void require(int condition, const char *what) {
    if (!condition) {
        fprintf(stderr, "ring_peer: %s (errno %d)\n", what, errno);
        exit(1);
    }
}

static int connected(const char *path) {
    int fd = socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0);
    struct sockaddr_un address = {.sun_family = AF_UNIX};
    strncpy(address.sun_path, path, sizeof address.sun_path - 1);
    require(fd >= 0 && connect(fd, (struct sockaddr *) &address, sizeof address) == 0, "connect");
    return fd;
}

/* Any numbers; xorshift64. */
static uint64_t random_state = 1;

static uint64_t any(void) {
    random_state ^= random_state << 13;
    random_state ^= random_state >> 7;
    random_state ^= random_state << 17;
    return random_state;
}

/* The first bytes, of which some may be left in the socket. */
static void accept_rings(struct rings *r, int fd, int reply) {
    ssize_t count = ring_accept(r, fd, buffer, sizeof buffer);
    require(count > 0 && r->capacity > 0, "no rings were offered");
    require(!reply || ring_write(r, buffer, count) == count, "write");
    while (r->left > 0) {
        count = ring_accept_rest(r, buffer, sizeof buffer);
        require(count > 0, "the rest of the first bytes");
        require(!reply || ring_write(r, buffer, count) == count, "write");
    }
}

static void echo(int fd) {
    struct rings r;
    ssize_t count;
    accept_rings(&r, fd, 1);
    while ((count = ring_read(&r, buffer, sizeof buffer)) > 0) {
        require(ring_write(&r, buffer, count) == count, "write");
    }
    require(count == 0, "the ring is spoiled");
    ring_finish(&r);
}

static void echo_messages(int fd) {
    struct rings r;
    const char *message;
    int64_t length;
    accept_rings(&r, fd, 0);
    while ((length = message_receive(&r, &message)) >= 0) {
        char *copy = message_claim(&r, length);
        require(copy != NULL, "no room for a message");
        memcpy(copy, message, length);
        message_release(&r, length);
        message_publish(&r, length);
    }
    require(length == -1, "a message is broken");
    ring_finish(&r);
}

static void fill(char *part, uint64_t position, size_t length) {
    for (size_t i = 0; i < length; i++) {
        part[i] = (char) ((position + i) * 31 >> 3);
    }
}

static void check(struct rings *r, uint64_t position, size_t length) {
    fill(expected, position, length);
    for (size_t done = 0; done < length;) {
        ssize_t count = ring_read(r, buffer, length - done);
        require(count > 0, "the stream ended early");
        require(memcmp(buffer, expected + done, count) == 0, "other bytes came back");
        done += count;
    }
}

static void ask(int fd, int spins, uint64_t bytes) {
    struct rings r;
    fill(buffer, 0, 100);
    require(ring_offer(&r, fd, 65536, buffer, 100) == 0, "offer");
    r.spins = spins;
    require(ring_answer(&r) == ACCEPTED, "the offer was not accepted");
    check(&r, 0, 100);
    for (uint64_t position = 100; position < bytes;) {
        size_t length = 1 + any() % PART;
        fill(buffer, position, length);
        require(ring_write(&r, buffer, length) == (ssize_t) length, "write");
        check(&r, position, length);
        position += length;
    }
    ring_finish(&r);
    require(ring_read(&r, buffer, 1) == 0, "no end of the stream");
}

static void die_offering(int fd, int step) {
    struct rings r;
    dies_at = step;
    ring_offer(&r, fd, 65536, buffer, 100);
    ring_answer(&r);
    require(0, "no such step");
}

static void die_accepting(int fd, int step) {
    struct rings r;
    dies_at = step;
    ring_accept(&r, fd, buffer, step == 5 ? 1 : sizeof buffer);
    while (r.left > 0) {
        ring_accept_rest(&r, buffer, 1);
    }
    require(0, "no such step");
}

static int lines_with(const char *file, const char *text) {
    char line[4096];
    int count = 0;
    FILE *lines = fopen(file, "r");
    while (lines && fgets(line, sizeof line, lines)) {
        count += strstr(line, text) != NULL;
    }
    if (lines) {
        fclose(lines);
    }
    return count;
}

static int descriptors_left(void) {
    int count = 0;
    for (int fd = 3; fd < 1000; fd++) {
        count += fcntl(fd, F_GETFD) >= 0;
    }
    return count;
}

static void outlive(int fd, int offers) {
    struct rings r;
    puts("connected");
    fflush(stdout);
    if (offers) {
        if (ring_offer(&r, fd, 65536, buffer, 100) == 0 && ring_answer(&r) == ACCEPTED) {
            while (ring_write(&r, buffer, 3000) > 0 && ring_read(&r, buffer, sizeof buffer) > 0) {
            }
        }
    } else if (ring_accept(&r, fd, buffer, sizeof buffer) > 0 && r.capacity > 0) {
        for (ssize_t count = 100; count > 0;) {
            if (ring_write(&r, buffer, count) < 0) {
                break;
            }
            count = r.left > 0 ? ring_accept_rest(&r, buffer, sizeof buffer)
                               : ring_read(&r, buffer, sizeof buffer);
        }
    }
    struct timespec now;
    clock_gettime(CLOCK_MONOTONIC, &now);
    ring_close(&r);
    printf("%lld %d %d\n", now.tv_sec * 1000000000LL + now.tv_nsec,
           lines_with("/proc/self/maps", "rings"), descriptors_left());
}

/* A value that may be worth something to whoever wants to do harm. */
static uint64_t nasty(struct rings *r) {
    static const int64_t values[] = {0, 1, -1, INT64_MAX, INT64_MIN, 1L << 32, -(1L << 32)};
    uint64_t bases[] = {r->in.position, r->out.position, r->capacity, 0};
    uint64_t value = bases[any() % 4] + values[any() % 7] * (any() % 3);
    return any() % 4 ? value : any();
}

static void scribble_once(struct rings *r) {
    struct control *controls[] = {r->in.control, r->out.control};
    char *at = (char *) controls[any() % 2];
    switch (any() % 16) {
        case 0: /* anywhere in the header */
            ((volatile uint64_t *) r->header)[any() % (4096 / 8)] = nasty(r);
            break;
        case 1: /* one of the positions, which ends it when that is noticed */
            if (any() % 64 == 0) {
                *(volatile uint64_t *) (at + any() % 2 * 128) = nasty(r);
            }
            break;
        case 2:
        case 3:
        case 4: /* who sleeps */
            *(volatile uint32_t *) (at + 384 + any() % 2 * 128) = any() % 2 ? 0 : nasty(r);
            break;
        case 5: /* bells for nothing */
            ring_bell(r);
            break;
        case 6:
        case 7:
        case 8: { /* tail further or back, by little */
            uint64_t tail = atomic_load(&r->out.control->tail);
            atomic_store(&r->out.control->tail, tail + any() % 4096 - any() % 64);
            break;
        }
        case 9: { /* takes what is there, so that the other goes on */
            uint64_t tail = atomic_load(&r->in.control->tail);
            atomic_store(&r->in.control->head, tail);
            break;
        }
        default: /* the bytes themselves */
            r->out.bytes[any() % r->capacity] = (char) any();
    }
}

static void scribble(int fd, uint64_t seed, long times) {
    struct rings r;
    random_state = seed * 0x9E3779B97F4A7C15 + 1;
    accept_rings(&r, fd, 0);
    for (long i = 0; i < times; i++) {
        scribble_once(&r);
    }
}

int main(int count, char **arguments) {
    require(count >= 3, "usage: ring_peer PATH ACT ...");
    int fd = connected(arguments[1]);
    if (strcmp(arguments[2], "echo") == 0) {
        echo(fd);
    } else if (strcmp(arguments[2], "echo-messages") == 0) {
        echo_messages(fd);
    } else if (strcmp(arguments[2], "ask") == 0 && count == 5) {
        ask(fd, atoi(arguments[3]), strtoull(arguments[4], NULL, 10));
    } else if (strcmp(arguments[2], "die-offering") == 0 && count == 4) {
        die_offering(fd, atoi(arguments[3]));
    } else if (strcmp(arguments[2], "die-accepting") == 0 && count == 4) {
        die_accepting(fd, atoi(arguments[3]));
    } else if (strcmp(arguments[2], "outlive-offering") == 0) {
        outlive(fd, 1);
    } else if (strcmp(arguments[2], "outlive-accepting") == 0) {
        outlive(fd, 0);
    } else if (strcmp(arguments[2], "scribble") == 0 && count == 5) {
        scribble(fd, strtoull(arguments[3], NULL, 10), atol(arguments[4]));
    } else {
        require(0, "no such act");
    }
    return 0;
}
