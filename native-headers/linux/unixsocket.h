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
#include <linux/membarrier.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <poll.h>
#include <pthread.h>
#include <pwd.h>
#include <signal.h>
#include <stdint.h>
#include <string.h>
#include <sys/epoll.h>
#include <sys/eventfd.h>
#include <sys/file.h>
#include <sys/ioctl.h>
#include <sys/mman.h>
#include <sys/prctl.h>
#include <sys/resource.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/time.h>
#include <sys/uio.h>
#include <sys/un.h>
#include <sys/xattr.h>
#include <unistd.h>

/*
 * glibc declares the following for _GNU_SOURCE only, and _GNU_SOURCE turns the address parameter of
 * bind, connect and accept into a union, which jextract would take for a struct passed by value.
 * So the bindings are generated without _GNU_SOURCE. The ABI check defines it, and so compares with
 * the system's own structure and constants; of the functions the compiler then sees both
 * declarations and refuses two that differ.
 */
#ifndef _GNU_SOURCE
struct ucred {
    pid_t pid;
    uid_t uid;
    gid_t gid;
};

#define SCM_CREDENTIALS 0x02
#define POLLRDHUP 0x2000
#define F_ADD_SEALS 1033
#define F_GET_SEALS 1034
#define F_SEAL_SEAL 0x0001
#define F_SEAL_SHRINK 0x0002
#define F_SEAL_GROW 0x0004
#define F_SEAL_WRITE 0x0008
#define MFD_CLOEXEC 0x0001U
#define MFD_ALLOW_SEALING 0x0002U
#endif

int accept4(int fd, struct sockaddr *address, socklen_t *length, int flags);
int pipe2(int fds[2], int flags);
int ppoll(struct pollfd *fds, nfds_t count, const struct timespec *timeout, const sigset_t *mask);
int memfd_create(const char *name, unsigned int flags);
long syscall(long number, ...);

/* Linux 6.5, which is younger than many headers. */
#ifndef SO_PEERPIDFD
#define SO_PEERPIDFD 77
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
