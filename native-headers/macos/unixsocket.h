/*
 * The part of macOS's C library which this project calls, for x86-64 and arm64.
 *
 * Nothing is included: everything is declared here, with types of fixed size, so that the bindings
 * can be generated on any host. The structures and the numbers are those of Apple's SDK; stat is
 * the structure with 64-bit inodes, whose functions on x86-64 have the symbols stat$INODE64 and
 * lstat$INODE64 (arm64 has no other structure, and there they are plain stat and lstat).
 */
#ifndef UNIXSOCKET_MACOS_H
#define UNIXSOCKET_MACOS_H

typedef unsigned char uint8_t;
typedef unsigned short uint16_t;
typedef int int32_t;
typedef unsigned int uint32_t;
typedef long long int64_t;
typedef unsigned long long uint64_t;

typedef unsigned long size_t;
typedef long ssize_t;
typedef uint32_t socklen_t;
typedef uint16_t mode_t;
typedef uint32_t nfds_t;
typedef uint32_t uid_t;
typedef uint32_t gid_t;
typedef int64_t off_t;
typedef int32_t pid_t;
typedef uint32_t sigset_t;

/* A pointer in Apple's SDK, which is of the same size. */
typedef unsigned long pthread_t;

struct sockaddr;

/* sys/un.h */
struct sockaddr_un {
    uint8_t sun_len;
    uint8_t sun_family;
    char sun_path[104];
};

/* netinet/in.h */
struct in_addr {
    uint32_t s_addr;
};

struct sockaddr_in {
    uint8_t sin_len;
    uint8_t sin_family;
    uint16_t sin_port;
    struct in_addr sin_addr;
    char sin_zero[8];
};

/* sys/ucred.h */
struct xucred {
    uint32_t cr_version;
    uid_t cr_uid;
    short cr_ngroups;
    uint32_t cr_groups[16];
};

/* sys/time.h */
struct timeval {
    long tv_sec;
    int32_t tv_usec;
};

struct timespec {
    long tv_sec;
    long tv_nsec;
};

/* sys/uio.h */
struct iovec {
    void *iov_base;
    size_t iov_len;
};

/* sys/socket.h */
struct msghdr {
    void *msg_name;
    socklen_t msg_namelen;
    struct iovec *msg_iov;
    int msg_iovlen;
    void *msg_control;
    socklen_t msg_controllen;
    int msg_flags;
};

struct cmsghdr {
    socklen_t cmsg_len;
    int cmsg_level;
    int cmsg_type;
};

/* sys/signal.h */
struct sigaction {
    union {
        void (*sa_handler)(int);
        void (*sa_sigaction)(int, void *, void *);
    } __sigaction_u;
    sigset_t sa_mask;
    int sa_flags;
};

/* sys/resource.h */
struct rlimit {
    uint64_t rlim_cur;
    uint64_t rlim_max;
};

/* sys/stat.h */
struct stat {
    int32_t st_dev;
    uint16_t st_mode;
    uint16_t st_nlink;
    uint64_t st_ino;
    uint32_t st_uid;
    uint32_t st_gid;
    int32_t st_rdev;
    struct timespec st_atimespec;
    struct timespec st_mtimespec;
    struct timespec st_ctimespec;
    struct timespec st_birthtimespec;
    int64_t st_size;
    int64_t st_blocks;
    int32_t st_blksize;
    uint32_t st_flags;
    uint32_t st_gen;
    int32_t st_lspare;
    int64_t st_qspare[2];
};

/* poll.h */
struct pollfd {
    int fd;
    short events;
    short revents;
};

/* grp.h */
struct group {
    char *gr_name;
    char *gr_passwd;
    gid_t gr_gid;
    char **gr_mem;
};

/* pwd.h */
struct passwd {
    char *pw_name;
    char *pw_passwd;
    uid_t pw_uid;
    gid_t pw_gid;
    long pw_change;
    char *pw_class;
    char *pw_gecos;
    char *pw_dir;
    char *pw_shell;
    long pw_expire;
};

/* sys/socket.h */
int socket(int domain, int type, int protocol);
int bind(int fd, const struct sockaddr *address, socklen_t length);
int listen(int fd, int backlog);
int accept(int fd, struct sockaddr *address, socklen_t *length);
int connect(int fd, const struct sockaddr *address, socklen_t length);
int shutdown(int fd, int how);
ssize_t recv(int fd, void *buffer, size_t length, int flags);
ssize_t send(int fd, const void *buffer, size_t length, int flags);
int getsockopt(int fd, int level, int name, void *value, socklen_t *length);
int setsockopt(int fd, int level, int name, const void *value, socklen_t length);
int getsockname(int fd, struct sockaddr *address, socklen_t *length);
int getpeername(int fd, struct sockaddr *address, socklen_t *length);
int socketpair(int domain, int type, int protocol, int fds[2]);
ssize_t recvmsg(int fd, struct msghdr *message, int flags);
ssize_t sendmsg(int fd, const struct msghdr *message, int flags);
ssize_t recvfrom(int fd, void *buffer, size_t length, int flags, struct sockaddr *address,
        socklen_t *address_length);
ssize_t sendto(int fd, const void *buffer, size_t length, int flags,
        const struct sockaddr *address, socklen_t address_length);

/* unistd.h */
int close(int fd);
int dup(int fd);
int dup2(int from, int to);
ssize_t read(int fd, void *buffer, size_t length);
ssize_t write(int fd, const void *buffer, size_t length);
int unlink(const char *path);
int isatty(int fd);
int pipe(int fds[2]);
uid_t getuid(void);
pid_t getpid(void);
ssize_t pread(int fd, void *buffer, size_t count, off_t offset);
int ftruncate(int fd, off_t length);
int lchown(const char *path, uid_t owner, gid_t group);

/* sys/stat.h */
int stat(const char *path, struct stat *status);
int lstat(const char *path, struct stat *status);
int mkdir(const char *path, mode_t mode);
int chmod(const char *path, mode_t mode);
int fstat(int fd, struct stat *status);
mode_t umask(mode_t mask);

/* sys/uio.h, sys/ioctl.h, sys/mman.h, sys/resource.h, signal.h, pthread.h */
ssize_t readv(int fd, const struct iovec *buffers, int count);
ssize_t writev(int fd, const struct iovec *buffers, int count);
int ioctl(int fd, unsigned long request, ...);
void *mmap(void *address, size_t length, int protection, int flags, int fd, off_t offset);
int munmap(void *address, size_t length);
int shm_open(const char *name, int flags, ...);
int shm_unlink(const char *name);
int getrlimit(int resource, struct rlimit *limit);
int sigaction(int signal, const struct sigaction *action, struct sigaction *before);
pthread_t pthread_self(void);
int pthread_kill(pthread_t thread, int signal);

/* fcntl.h, sys/file.h, poll.h, sys/xattr.h, grp.h, pwd.h */
int open(const char *path, int flags, ...);
int fcntl(int fd, int command, ...);
int flock(int fd, int operation);
int poll(struct pollfd *fds, nfds_t count, int timeout);
ssize_t listxattr(const char *path, char *names, size_t size, int options);
ssize_t getxattr(const char *path, const char *name, void *value, size_t size, uint32_t position,
        int options);
int setxattr(const char *path, const char *name, const void *value, size_t size,
        uint32_t position, int options);
struct group *getgrnam(const char *name);
struct passwd *getpwnam(const char *name);

/* string.h */
char *strerror(int error);

/* sys/socket.h, sys/un.h, sys/ucred.h, netinet/in.h, netinet/tcp.h */
#define AF_UNIX 1
#define AF_INET 2
#define SOCK_STREAM 1
#define SOCK_DGRAM 2
#define SOCK_SEQPACKET 5
#define SOL_SOCKET 0xffff
#define SO_ACCEPTCONN 0x0002
#define SO_REUSEADDR 0x0004
#define SO_SNDBUF 0x1001
#define SO_RCVBUF 0x1002
#define SO_SNDTIMEO 0x1005
#define SO_RCVTIMEO 0x1006
#define SO_ERROR 0x1007
#define SO_TYPE 0x1008
#define SO_NOSIGPIPE 0x1022
#define MSG_PEEK 0x2
#define MSG_EOR 0x8
#define MSG_TRUNC 0x10
#define MSG_CTRUNC 0x20
#define MSG_WAITALL 0x40
#define MSG_DONTWAIT 0x80
#define SCM_RIGHTS 0x01
#define SHUT_RD 0
#define SHUT_WR 1
#define SHUT_RDWR 2
#define SOL_LOCAL 0
#define LOCAL_PEERCRED 0x001
#define LOCAL_PEERPID 0x002
#define XUCRED_VERSION 0
#define IPPROTO_TCP 6
#define INADDR_LOOPBACK 0x7f000001
#define TCP_NODELAY 0x01

/* fcntl.h, sys/file.h, poll.h, sys/xattr.h */
#define O_RDWR 0x0002
#define O_NOFOLLOW 0x0100
#define O_CREAT 0x0200
#define O_EXCL 0x0800
#define O_CLOEXEC 0x1000000
#define LOCK_EX 0x02
#define LOCK_NB 0x04
#define POLLIN 0x0001
#define XATTR_NOFOLLOW 0x0001
#define F_GETFD 1
#define F_SETFD 2
#define F_GETFL 3
#define F_SETFL 4
#define FD_CLOEXEC 1
#define O_NONBLOCK 0x00000004
#define POLLOUT 0x0004
#define POLLERR 0x0008
#define POLLHUP 0x0010
#define POLLNVAL 0x0020

/* sys/ioctl.h, sys/mman.h, sys/resource.h, sys/signal.h */
#define FIONREAD 0x4004667fUL
#define PROT_READ 0x01
#define PROT_WRITE 0x02
#define MAP_SHARED 0x0001
#define RLIMIT_NOFILE 8
#define SIGPIPE 13
#define SIGIO 23
#define SIGUSR1 30
#define SA_RESTART 0x0002

/* sys/stat.h */
#define S_IFMT 0170000
#define S_IFDIR 0040000
#define S_IFREG 0100000
#define S_IFLNK 0120000
#define S_IFSOCK 0140000

/* sys/errno.h */
#define EPERM 1
#define ENOENT 2
#define ESRCH 3
#define EINTR 4
#define EIO 5
#define ENXIO 6
#define E2BIG 7
#define ENOEXEC 8
#define EBADF 9
#define ECHILD 10
#define EDEADLK 11
#define ENOMEM 12
#define EACCES 13
#define EFAULT 14
#define ENOTBLK 15
#define EBUSY 16
#define EEXIST 17
#define EXDEV 18
#define ENODEV 19
#define ENOTDIR 20
#define EISDIR 21
#define EINVAL 22
#define ENFILE 23
#define EMFILE 24
#define ENOTTY 25
#define ETXTBSY 26
#define EFBIG 27
#define ENOSPC 28
#define ESPIPE 29
#define EROFS 30
#define EMLINK 31
#define EPIPE 32
#define EDOM 33
#define ERANGE 34
#define EAGAIN 35
#define EINPROGRESS 36
#define EALREADY 37
#define ENOTSOCK 38
#define EDESTADDRREQ 39
#define EMSGSIZE 40
#define EPROTOTYPE 41
#define ENOPROTOOPT 42
#define EPROTONOSUPPORT 43
#define ESOCKTNOSUPPORT 44
#define ENOTSUP 45
#define EPFNOSUPPORT 46
#define EAFNOSUPPORT 47
#define EADDRINUSE 48
#define EADDRNOTAVAIL 49
#define ENETDOWN 50
#define ENETUNREACH 51
#define ENETRESET 52
#define ECONNABORTED 53
#define ECONNRESET 54
#define ENOBUFS 55
#define EISCONN 56
#define ENOTCONN 57
#define ESHUTDOWN 58
#define ETOOMANYREFS 59
#define ETIMEDOUT 60
#define ECONNREFUSED 61
#define ELOOP 62
#define ENAMETOOLONG 63
#define EHOSTDOWN 64
#define EHOSTUNREACH 65
#define ENOTEMPTY 66
#define EPROCLIM 67
#define EUSERS 68
#define EDQUOT 69
#define ESTALE 70
#define EREMOTE 71
#define EBADRPC 72
#define ERPCMISMATCH 73
#define EPROGUNAVAIL 74
#define EPROGMISMATCH 75
#define EPROCUNAVAIL 76
#define ENOLCK 77
#define ENOSYS 78
#define EFTYPE 79
#define EAUTH 80
#define ENEEDAUTH 81
#define EPWROFF 82
#define EDEVERR 83
#define EOVERFLOW 84
#define EBADEXEC 85
#define EBADARCH 86
#define ESHLIBVERS 87
#define EBADMACHO 88
#define ECANCELED 89
#define EIDRM 90
#define ENOMSG 91
#define EILSEQ 92
#define ENOATTR 93
#define EBADMSG 94
#define EMULTIHOP 95
#define ENODATA 96
#define ENOLINK 97
#define ENOSR 98
#define ENOSTR 99
#define EPROTO 100
#define ETIME 101
#define EOPNOTSUPP 102
#define ENOPOLICY 103
#define ENOTRECOVERABLE 104
#define EOWNERDEAD 105
#define EQFULL 106

#endif
