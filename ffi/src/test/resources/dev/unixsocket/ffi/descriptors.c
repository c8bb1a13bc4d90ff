/*
 * Connects to the socket at the path that it is given, and does with the descriptors that come what
 * it is told by the byte that they come with. Begins, and ends, with the number of descriptors that
 * it has open, in 8 characters.
 */
#define _GNU_SOURCE
#include <dirent.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/socket.h>
#include <sys/un.h>
#include <unistd.h>

enum { MOST = 4 };

static void require(int holds, const char *what) {
    if (!holds) {
        perror(what);
        exit(1);
    }
}

/* One byte and what comes with it; returns how many descriptors that are, or -1 at the end. */
static int take(int from, char *what, int fds[MOST]) {
    union {
        struct cmsghdr header;
        char space[CMSG_SPACE(MOST * sizeof(int))];
    } control;
    struct iovec part = {what, 1};
    struct msghdr message = {
        .msg_iov = &part,
        .msg_iovlen = 1,
        .msg_control = &control,
        .msg_controllen = sizeof control,
    };
    ssize_t length = recvmsg(from, &message, MSG_CMSG_CLOEXEC);
    require(length >= 0 && (message.msg_flags & MSG_CTRUNC) == 0, "recvmsg");
    struct cmsghdr *header = CMSG_FIRSTHDR(&message);
    if (length == 0 || header == NULL) {
        return length == 0 ? -1 : 0;
    }
    require(header->cmsg_type == SCM_RIGHTS, "control message");
    size_t bytes = header->cmsg_len - CMSG_LEN(0);
    memcpy(fds, CMSG_DATA(header), bytes);
    return (int)(bytes / sizeof(int));
}

static void give(int to, char what, const int fds[], int count) {
    union {
        struct cmsghdr header;
        char space[CMSG_SPACE(MOST * sizeof(int))];
    } control;
    struct iovec part = {&what, 1};
    struct msghdr message = {
        .msg_iov = &part,
        .msg_iovlen = 1,
        .msg_control = &control,
        .msg_controllen = CMSG_SPACE(count * sizeof(int)),
    };
    struct cmsghdr *header = CMSG_FIRSTHDR(&message);
    header->cmsg_level = SOL_SOCKET;
    header->cmsg_type = SCM_RIGHTS;
    header->cmsg_len = CMSG_LEN(count * sizeof(int));
    memcpy(CMSG_DATA(header), fds, count * sizeof(int));
    require(sendmsg(to, &message, MSG_NOSIGNAL) == 1, "sendmsg");
}

static void say(int to, const char *text) {
    require(send(to, text, strlen(text), MSG_NOSIGNAL) == (ssize_t)strlen(text), "send");
}

static void close_all(const int fds[], int count) {
    for (int i = 0; i < count; i++) {
        require(close(fds[i]) == 0, "close");
    }
}

static void count(int to) {
    int open_ones = -3; /* for ".", ".." and that of the folder itself */
    DIR *folder = opendir("/proc/self/fd");
    require(folder != NULL, "opendir");
    while (readdir(folder) != NULL) {
        open_ones++;
    }
    closedir(folder);
    char text[16];
    snprintf(text, sizeof text, "%-8d", open_ones);
    say(to, text);
}

/* Memory, a connection, a listener that a client has connected to, a file. */
static void know_them_all(const int fds[MOST]) {
    char content[100];
    require(pwrite(fds[0], "from C", 6, 0) == 6, "pwrite");
    say(fds[1], "through the connection");
    int accepted = accept4(fds[2], NULL, NULL, SOCK_CLOEXEC);
    require(accepted >= 0, "accept4");
    ssize_t length = pread(fds[3], content, sizeof content, 0);
    require(length > 0 && send(accepted, content, (size_t)length, MSG_NOSIGNAL) == length, "send");
    close(accepted);
}

static void make_some(int to) {
    int pair[2];
    int made = memfd_create("made", MFD_CLOEXEC);
    require(made >= 0 && write(made, "made in C", 9) == 9, "memfd_create");
    require(socketpair(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0, pair) == 0, "socketpair");
    say(pair[0], "a pair of C");
    give(to, 'm', (const int[]){made, pair[1]}, 2);
    close_all((const int[]){made, pair[0], pair[1]}, 3);
}

int main(int argc, char **argv) {
    struct sockaddr_un address = {.sun_family = AF_UNIX};
    require(argc == 2 && strlen(argv[1]) < sizeof address.sun_path, "path");
    strcpy(address.sun_path, argv[1]);
    int peer = socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0);
    require(connect(peer, (struct sockaddr *)&address, sizeof address) == 0, "connect");
    count(peer);
    char what;
    int fds[MOST];
    for (int came; (came = take(peer, &what, fds)) >= 0 && what != 'q'; ) {
        if (what == 'k') {
            know_them_all(fds);
        } else if (what == 'b') {
            give(peer, 'b', fds, came);
        } else if (what == 'm') {
            make_some(peer);
        }
        close_all(fds, came);
    }
    count(peer);
    return 0;
}
