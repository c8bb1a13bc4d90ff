/*
 * The part of Linux's C library which this project calls, taken from the system's own headers.
 *
 * The bindings serve x86-64 and aarch64 alike. Only two things in here differ between the two,
 * struct stat and struct epoll_event: the system's headers give x86-64's, and aarch64's are written
 * out below. Bindings made on another architecture would have aarch64's under both names.
 */
#ifndef UNIXSOCKET_LINUX_H
#define UNIXSOCKET_LINUX_H

#if !defined(__linux__) || !(defined(__x86_64__) || defined(UNIXSOCKET_ABI_CHECK))
#error "The Linux bindings must be generated on x86-64 Linux"
#endif

#include <errno.h>
#include <fcntl.h>
#include <grp.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <poll.h>
#include <pwd.h>
#include <stdint.h>
#include <string.h>
#include <sys/epoll.h>
#include <sys/file.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/time.h>
#include <sys/un.h>
#include <sys/xattr.h>
#include <unistd.h>

/*
 * glibc declares struct ucred for _GNU_SOURCE only, and _GNU_SOURCE turns the address parameter of
 * bind, connect and accept into a union, which jextract would take for a struct passed by value.
 * So the bindings are generated without _GNU_SOURCE, and the ABI check compares with the system's
 * own struct ucred by defining it.
 */
#ifndef _GNU_SOURCE
struct ucred {
    pid_t pid;
    uid_t uid;
    gid_t gid;
};
#endif

/* struct stat as it is on aarch64 Linux (the kernel's asm-generic layout). */
struct stat_aarch64 {
    uint64_t st_dev;
    uint64_t st_ino;
    uint32_t st_mode;
    uint32_t st_nlink;
    uint32_t st_uid;
    uint32_t st_gid;
    uint64_t st_rdev;
    uint64_t __pad1;
    int64_t st_size;
    int32_t st_blksize;
    int32_t __pad2;
    int64_t st_blocks;
    struct timespec st_atim;
    struct timespec st_mtim;
    struct timespec st_ctim;
    int32_t __glibc_reserved[2];
};

/* struct epoll_event as it is on aarch64 Linux: only x86-64 has it packed. */
struct epoll_event_aarch64 {
    uint32_t events;
    epoll_data_t data;
};

#endif
