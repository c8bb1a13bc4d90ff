package dev.unixsocket.ffi;

import static java.lang.foreign.ValueLayout.JAVA_INT;

import java.lang.foreign.MemorySegment;
import java.lang.ref.Reference;

/**
 * The system calls, one method each, named and ordered as in section 2 of the manual.
 *
 * <p>Each returns what the call returns, or {@code -errno} where it failed: what the kernel itself
 * gives to libc. Nothing is thrown for that, and nothing is allocated here. {@code EINTR} is not
 * retried here. Paths are bytes that end in a NUL.
 *
 * <p>Memory must be native, usable by the calling thread, as long as the call is told, and writable
 * where the call fills it; a public method refuses other memory with {@link
 * IllegalArgumentException}, {@link WrongThreadException} or {@link IndexOutOfBoundsException}. Of
 * two segments that a call takes, only the first is kept from being freed by another thread during
 * the call.
 *
 * <p>A function of the C library is looked up when it is called for the first time. A call that
 * waits pins a virtual thread to its carrier.
 *
 * <p>Thread-safe: {@code errno} is captured in memory that no other thread uses meanwhile.
 */
public final class Syscalls {

    private static final CFunction SOCKET = new CFunction("socket");
    private static final CFunction BIND = new CFunction("bind");
    private static final CFunction LISTEN = new CFunction("listen");
    private static final CFunction ACCEPT = new CFunction("accept");
    private static final CFunction ACCEPT4 = new CFunction("accept4");
    private static final CFunction CONNECT = new CFunction("connect");
    private static final CFunction SHUTDOWN = new CFunction("shutdown");
    private static final CFunction CLOSE = new CFunction("close");
    private static final CFunction READ = new CFunction("read");
    private static final CFunction WRITE = new CFunction("write");
    private static final CFunction RECV = new CFunction("recv");
    private static final CFunction SEND = new CFunction("send");
    private static final CFunction RECVMSG = new CFunction("recvmsg");
    private static final CFunction SENDMSG = new CFunction("sendmsg");
    private static final CFunction GETSOCKOPT = new CFunction("getsockopt");
    private static final CFunction SETSOCKOPT = new CFunction("setsockopt");
    private static final CFunction GETSOCKNAME = new CFunction("getsockname");
    private static final CFunction GETPEERNAME = new CFunction("getpeername");
    private static final CFunction SOCKETPAIR = new CFunction("socketpair");
    private static final CFunction POLL = new CFunction("poll");
    private static final CFunction EPOLL_CREATE1 = new CFunction("epoll_create1");
    private static final CFunction EPOLL_CTL = new CFunction("epoll_ctl");
    private static final CFunction EPOLL_WAIT = new CFunction("epoll_wait");
    private static final CFunction PIPE = new CFunction("pipe");
    private static final CFunction PIPE2 = new CFunction("pipe2");
    private static final CFunction FCNTL = new CFunction("fcntl");
    private static final CFunction IOCTL = new CFunction("ioctl");
    private static final CFunction DUP2 = new CFunction("dup2");
    private static final CFunction STAT = new CFunction("stat");
    private static final CFunction LSTAT = new CFunction("lstat");
    private static final CFunction FSTAT = new CFunction("fstat");
    private static final CFunction MKDIR = new CFunction("mkdir");
    private static final CFunction CHMOD = new CFunction("chmod");
    private static final CFunction FCHMOD = new CFunction("fchmod");
    private static final CFunction UMASK = new CFunction("umask");
    private static final CFunction LCHOWN = new CFunction("lchown");
    private static final CFunction UNLINK = new CFunction("unlink");
    private static final CFunction OPEN = new CFunction("open");
    private static final CFunction FLOCK = new CFunction("flock");
    private static final CFunction PREAD = new CFunction("pread");
    private static final CFunction FTRUNCATE = new CFunction("ftruncate");
    private static final CFunction MEMFD_CREATE = new CFunction("memfd_create");
    private static final CFunction MMAP = new CFunction("mmap");
    private static final CFunction MUNMAP = new CFunction("munmap");
    private static final CFunction SYSCALL = new CFunction("syscall");
    private static final CFunction LISTXATTR = xattr("listxattr");
    private static final CFunction GETXATTR = xattr("getxattr");
    private static final CFunction SETXATTR = xattr("setxattr");
    private static final CFunction GETUID = new CFunction("getuid");
    private static final CFunction ISATTY = new CFunction("isatty");
    private static final CFunction GETPWNAM = new CFunction("getpwnam");
    private static final CFunction GETGRNAM = new CFunction("getgrnam");
    private static final CFunction PTHREAD_SELF = new CFunction("pthread_self");
    private static final CFunction PTHREAD_KILL = new CFunction("pthread_kill");
    private static final CFunction SIGACTION = new CFunction("sigaction");

    private Syscalls() {}

    private static CFunction xattr(String name) {
        return new CFunction(Platform.CURRENT.xattrPrefix() + name);
    }

    /**
     * socket(2).
     *
     * @param domain such as {@code AF_UNIX}
     * @param type such as {@code SOCK_STREAM}, and flags
     * @param protocol 0 for the one that there is
     * @return the descriptor, or {@code -errno}
     */
    public static int socket(int domain, int type, int protocol) {
        return SOCKET.call(domain, type, protocol);
    }

    /**
     * bind(2).
     *
     * @param fd the descriptor
     * @param address a {@code struct sockaddr}, native
     * @param length of the address, in bytes
     * @return 0, or {@code -errno}
     */
    public static int bind(int fd, MemorySegment address, int length) {
        NativeMemory.require(address, 0, length, "address");
        return BIND.call(address, fd, address.address(), length);
    }

    /**
     * listen(2).
     *
     * @param fd the descriptor
     * @param backlog how many connections may wait
     * @return 0, or {@code -errno}
     */
    public static int listen(int fd, int backlog) {
        return LISTEN.call(fd, backlog);
    }

    /**
     * accept(2) with no wish to know the peer's address; waits.
     *
     * @param fd of the listener
     * @return the descriptor of the connection, or {@code -errno}
     */
    public static int accept(int fd) {
        return ACCEPT.call(fd);
    }

    /** accept4(2), as {@link #accept}, with flags for the new descriptor; waits. Linux only. */
    static int accept4(int fd, int flags) {
        return ACCEPT4.call(fd, 0, 0, flags);
    }

    /**
     * connect(2); waits.
     *
     * @param fd the descriptor
     * @param address a {@code struct sockaddr}, native
     * @param length of the address, in bytes
     * @return 0, or {@code -errno}
     */
    public static int connect(int fd, MemorySegment address, int length) {
        NativeMemory.require(address, 0, length, "address");
        return CONNECT.call(address, fd, address.address(), length);
    }

    /**
     * shutdown(2).
     *
     * @param fd the descriptor
     * @param how {@code SHUT_RD}, {@code SHUT_WR} or {@code SHUT_RDWR}
     * @return 0, or {@code -errno}
     */
    public static int shutdown(int fd, int how) {
        return SHUTDOWN.call(fd, how);
    }

    /**
     * close(2).
     *
     * @param fd the descriptor
     * @return 0, or {@code -errno}
     */
    public static int close(int fd) {
        return CLOSE.call(fd);
    }

    /**
     * read(2); waits.
     *
     * @param fd the descriptor
     * @param buffer native memory that can be written to
     * @param count how many bytes at most
     * @return how many bytes came, 0 at the end, or {@code -errno}
     */
    public static long read(int fd, MemorySegment buffer, long count) {
        NativeMemory.requireWritable(buffer, 0, count, "buffer");
        return read(fd, buffer, 0, count);
    }

    static long read(int fd, MemorySegment buffer, long offset, long count) {
        return READ.call(buffer, fd, buffer.address() + offset, count);
    }

    /**
     * write(2); waits. A peer that is gone raises {@code SIGPIPE}, which Java ignores unless the
     * program says otherwise.
     *
     * @param fd the descriptor
     * @param buffer native memory
     * @param count how many bytes
     * @return how many bytes were taken, or {@code -errno}
     */
    public static long write(int fd, MemorySegment buffer, long count) {
        NativeMemory.require(buffer, 0, count, "buffer");
        return write(fd, buffer, 0, count);
    }

    static long write(int fd, MemorySegment buffer, long offset, long count) {
        return WRITE.call(buffer, fd, buffer.address() + offset, count);
    }

    /**
     * recv(2) with {@code MSG_DONTWAIT}: {@code -EAGAIN} when nothing is there.
     *
     * @param fd the descriptor
     * @param buffer native memory that can be written to
     * @param count how many bytes at most
     * @return how many bytes came, 0 at the end, or {@code -errno}
     */
    public static long recvDontwait(int fd, MemorySegment buffer, long count) {
        NativeMemory.requireWritable(buffer, 0, count, "buffer");
        return recvDontwait(fd, buffer, 0, count);
    }

    static long recvDontwait(int fd, MemorySegment buffer, long offset, long count) {
        int flags = Platform.CURRENT.msgDontwait();
        return RECV.callImmediate(buffer, fd, buffer.address() + offset, count, flags);
    }

    /**
     * recvmsg(2); waits, unless the flags say otherwise.
     *
     * @param kept what the message points to, {@link IoVector#MOST} segments
     */
    static long recvmsg(int fd, MemorySegment message, MemorySegment[] kept, int flags) {
        return message(RECVMSG, fd, message, kept, flags);
    }

    /** sendmsg(2), as {@link #recvmsg}. */
    static long sendmsg(int fd, MemorySegment message, MemorySegment[] kept, int flags) {
        return message(SENDMSG, fd, message, kept, flags);
    }

    private static long message(
            CFunction call, int fd, MemorySegment message, MemorySegment[] kept, int flags) {
        boolean waits = (flags & Platform.CURRENT.msgDontwait()) == 0;
        return call.callKeeping(kept, waits, message, fd, flags);
    }

    /** send(2) that raises no signal; waits. */
    static long send(int fd, MemorySegment buffer, long offset, long count) {
        int flags = Platform.CURRENT.msgNosignal();
        return SEND.call(buffer, fd, buffer.address() + offset, count, flags);
    }

    /** send(2) that neither waits nor raises a signal: {@code -EAGAIN} when there is no room. */
    static long sendDontwait(int fd, MemorySegment buffer, long offset, long count) {
        int flags = Platform.CURRENT.msgDontwait() | Platform.CURRENT.msgNosignal();
        return SEND.callImmediate(buffer, fd, buffer.address() + offset, count, flags);
    }

    /** recv(2) with those flags; waits. */
    static long recv(int fd, MemorySegment buffer, long offset, long count, int flags) {
        return RECV.call(buffer, fd, buffer.address() + offset, count, flags);
    }

    /** As {@link #recv}, with {@code MSG_DONTWAIT} too. */
    static long recvDontwait(int fd, MemorySegment buffer, long offset, long count, int flags) {
        int all = flags | Platform.CURRENT.msgDontwait();
        return RECV.callImmediate(buffer, fd, buffer.address() + offset, count, all);
    }

    /**
     * sendmsg(2) that raises no signal; waits.
     *
     * @param header a {@code struct msghdr}
     * @param buffer what its only {@code struct iovec} is a part of
     */
    static long sendmsg(int fd, MemorySegment header, MemorySegment buffer) {
        int flags = Platform.CURRENT.msgNosignal();
        return keeping(SENDMSG.call(buffer, fd, header.address(), flags), header);
    }

    /** As {@link #sendmsg}, and does not wait: {@code -EAGAIN} when there is no room. */
    static long sendmsgDontwait(int fd, MemorySegment header, MemorySegment buffer) {
        int flags = Platform.CURRENT.msgDontwait() | Platform.CURRENT.msgNosignal();
        return keeping(SENDMSG.callImmediate(buffer, fd, header.address(), flags, 0), header);
    }

    /** recvmsg(2) with those flags; waits. The segments are as in {@link #sendmsg}. */
    static long recvmsg(int fd, MemorySegment header, MemorySegment buffer, int flags) {
        return keeping(RECVMSG.call(buffer, fd, header.address(), flags), header);
    }

    /** As {@link #recvmsg}, with {@code MSG_DONTWAIT} too. */
    static long recvmsgDontwait(int fd, MemorySegment header, MemorySegment buffer, int flags) {
        int all = flags | Platform.CURRENT.msgDontwait();
        return keeping(RECVMSG.callImmediate(buffer, fd, header.address(), all, 0), header);
    }

    /** socketpair(2); {@code fds} is two ints. */
    static int socketpair(int domain, int type, MemorySegment fds) {
        return SOCKETPAIR.call(fds, domain, type, 0, fds.address());
    }

    /**
     * getsockopt(2); {@code length} is a {@code socklen_t} that goes in and comes out.
     *
     * @param fd the descriptor
     * @param level such as {@code SOL_SOCKET}
     * @param name such as {@code SO_PEERCRED}
     * @param value native memory that gets the value
     * @param length native memory, an {@code int}: the room that there is, then the length
     * @return 0, or {@code -errno}
     */
    public static int getsockopt(
            int fd, int level, int name, MemorySegment value, MemorySegment length) {
        NativeMemory.requireWritable(length, 0, Integer.BYTES, "length");
        NativeMemory.requireWritable(value, 0, length.get(JAVA_INT, 0), "value");
        return keeping(
                GETSOCKOPT.call(value, fd, level, name, value.address(), at(length)), length);
    }

    /** setsockopt(2). */
    static int setsockopt(int fd, int level, int name, MemorySegment value, int length) {
        return SETSOCKOPT.call(value, fd, level, name, value.address(), length);
    }

    /** getsockname(2); {@code length} is a {@code socklen_t} that goes in and comes out. */
    static int getsockname(int fd, MemorySegment address, MemorySegment length) {
        return keeping(GETSOCKNAME.call(address, fd, address.address(), at(length)), length);
    }

    /** getpeername(2), as {@link #getsockname}. */
    static int getpeername(int fd, MemorySegment address, MemorySegment length) {
        return keeping(GETPEERNAME.call(address, fd, address.address(), at(length)), length);
    }

    /**
     * poll(2); {@code fds} is an array of {@code struct pollfd}, -1 milliseconds is no limit;
     * waits.
     */
    static int poll(MemorySegment fds, int count, int timeoutMillis) {
        return POLL.call(fds, fds.address(), count, timeoutMillis);
    }

    /** epoll_create1(2). Linux only, as are the two that follow. */
    static int epollCreate1(int flags) {
        return EPOLL_CREATE1.call(flags);
    }

    /** epoll_ctl(2). */
    static int epollCtl(int epfd, int operation, int fd, MemorySegment event) {
        return EPOLL_CTL.call(event, epfd, operation, fd, event.address());
    }

    /** epoll_wait(2); waits. */
    static int epollWait(int epfd, MemorySegment events, int count, int timeoutMillis) {
        return EPOLL_WAIT.call(events, epfd, events.address(), count, timeoutMillis);
    }

    /** pipe(2); {@code fds} is two ints: the end to read from and the end to write to. */
    static int pipe(MemorySegment fds) {
        return PIPE.call(fds, fds.address());
    }

    /** pipe2(2), as {@link #pipe}, with flags for both ends. Linux only. */
    static int pipe2(MemorySegment fds, int flags) {
        return PIPE2.call(fds, fds.address(), flags);
    }

    /** fcntl(2) with a command that takes an int. */
    static int fcntl(int fd, int command, int argument) {
        return FCNTL.callVariadic(MemorySegment.NULL, fd, command, argument);
    }

    /** dup2(2). macOS only: Linux has no need of it here. */
    static int dup2(int from, int to) {
        return DUP2.call(from, to);
    }

    /** stat(2): follows symbolic links. */
    static int stat(MemorySegment path, MemorySegment status) {
        return keeping(STAT.call(path, path.address(), at(status)), status);
    }

    /** lstat(2): does not follow a symbolic link. */
    static int lstat(MemorySegment path, MemorySegment status) {
        return keeping(LSTAT.call(path, path.address(), at(status)), status);
    }

    /** fstat(2). */
    static int fstat(int fd, MemorySegment status) {
        return FSTAT.call(status, fd, status.address());
    }

    /** mkdir(2). */
    static int mkdir(MemorySegment path, int mode) {
        return MKDIR.call(path, path.address(), mode);
    }

    /** chmod(2). */
    static int chmod(MemorySegment path, int mode) {
        return CHMOD.call(path, path.address(), mode);
    }

    /** fchmod(2). Linux only: macOS refuses it on a socket. */
    static int fchmod(int fd, int mode) {
        return FCHMOD.call(fd, mode);
    }

    /** umask(2). macOS only: Linux has a better way. */
    static int umask(int mask) {
        return (int) UMASK.value(mask, 0) & 07777;
    }

    /**
     * lchown(2), which does not follow a symbolic link; -1 leaves the owner or the group as it is.
     */
    static int lchown(MemorySegment path, int uid, int gid) {
        return LCHOWN.call(path, path.address(), uid, gid);
    }

    /** unlink(2). */
    static int unlink(MemorySegment path) {
        return UNLINK.call(path, path.address());
    }

    /** open(2). */
    static int open(MemorySegment path, int flags, int mode) {
        return OPEN.callVariadic(path, path.address(), flags, mode);
    }

    /** flock(2); waits. */
    static int flock(int fd, int operation) {
        return FLOCK.call(fd, operation);
    }

    /** pread(2). */
    static long pread(int fd, MemorySegment buffer, long count, long offset) {
        return PREAD.call(buffer, fd, buffer.address(), count, offset);
    }

    /** ftruncate(2). */
    static int ftruncate(int fd, long length) {
        return FTRUNCATE.call(fd, length);
    }

    /** memfd_create(2). Linux only. */
    static int memfdCreate(MemorySegment name, int flags) {
        return MEMFD_CREATE.call(name, name.address(), flags);
    }

    /** mmap(2) of a file: an address, or {@code -errno}. */
    static long mmap(long address, long length, int protection, int flags, int fd, long offset) {
        return MMAP.callForAddress(address, length, protection, flags, fd, offset);
    }

    /** munmap(2). */
    static int munmap(long address, long length) {
        return MUNMAP.call(address, length);
    }

    /** membarrier(2) by syscall(2) with its number, since glibc has no function for it. */
    static int membarrier(int number, int command) {
        return SYSCALL.call(number, command, 0, 0);
    }

    /** llistxattr(2): the names, each with a NUL after it, and how many bytes they take. */
    static long listxattr(MemorySegment path, MemorySegment names) {
        int options = Platform.CURRENT.xattrOptions();
        return keeping(
                LISTXATTR.call(names, at(path), names.address(), names.byteSize(), options), path);
    }

    /** lgetxattr(2): the value, and how many bytes it takes. */
    static long getxattr(MemorySegment path, MemorySegment name, MemorySegment value) {
        return withValue(GETXATTR, path, name, value);
    }

    /** lsetxattr(2), whether there is such an attribute already or not. */
    static int setxattr(MemorySegment path, MemorySegment name, MemorySegment value) {
        return withValue(SETXATTR, path, name, value);
    }

    /** On macOS both take a position and options; of them, Linux's lsetxattr(2) takes flags. */
    private static int withValue(
            CFunction xattr, MemorySegment path, MemorySegment name, MemorySegment value) {
        int options = Platform.CURRENT.xattrOptions();
        long size = value.byteSize();
        int result = xattr.call(value, at(path), at(name), value.address(), size, 0, options);
        return keeping(keeping(result, path), name);
    }

    /**
     * getuid(2): the real user ID of this process; cannot fail.
     *
     * @return the real user ID; compare it as an unsigned number
     */
    public static int getuid() {
        return (int) GETUID.value(0, 0);
    }

    /**
     * isatty(3): 1 if {@code fd} is a terminal, 0 if it is not.
     *
     * @param fd the descriptor
     * @return 1 or 0
     */
    public static int isatty(int fd) {
        return (int) ISATTY.value(fd, 0);
    }

    /** getpwnam(3): a {@code struct passwd} that the next call overwrites, or NULL. */
    static MemorySegment getpwnam(MemorySegment name) {
        return named(GETPWNAM, name);
    }

    /** getgrnam(3): a {@code struct group} that the next call overwrites, or NULL. */
    static MemorySegment getgrnam(MemorySegment name) {
        return named(GETGRNAM, name);
    }

    private static MemorySegment named(CFunction lookup, MemorySegment name) {
        return MemorySegment.ofAddress(lookup.value(name, name.address(), 0));
    }

    /** pthread_self(3): the calling thread. */
    static long pthreadSelf() {
        return PTHREAD_SELF.value(0, 0);
    }

    /** pthread_kill(3): 0, or an error number; {@code thread} must be alive. */
    static int pthreadKill(long thread, int signal) {
        return (int) PTHREAD_KILL.value(thread, signal);
    }

    /** sigaction(2); either may be NULL. */
    static int sigaction(int signal, MemorySegment action, MemorySegment before) {
        return keeping(SIGACTION.call(action, signal, action.address(), at(before)), before);
    }

    /** ioctl(2), {@code FIONREAD}: how many bytes can be read, or {@code -errno}. */
    static int available(int fd) {
        try (CallMemory memory = CallMemory.take()) {
            MemorySegment count = memory.option;
            long request = Platform.CURRENT.fionread();
            int result = IOCTL.callVariadic(count, fd, request, count.address());
            return result < 0 ? result : count.get(JAVA_INT, 0);
        }
    }

    /** setsockopt(2) with an int. */
    static int setsockopt(int fd, int level, int name, int value) {
        try (CallMemory memory = CallMemory.take()) {
            memory.option.set(JAVA_INT, 0, value);
            return setsockopt(fd, level, name, memory.option, Integer.BYTES);
        }
    }

    /** getsockopt(2) of an int: {@code -errno}, or the value, which must not be negative. */
    static int getsockopt(int fd, int level, int name) {
        try (CallMemory memory = CallMemory.take()) {
            memory.length.set(JAVA_INT, 0, Integer.BYTES);
            int result = getsockopt(fd, level, name, memory.option, memory.length);
            return result < 0 ? result : memory.option.get(JAVA_INT, 0);
        }
    }

    /**
     * Finds what a listener calls, before it is bound: whoever sees it connects at once, and when
     * no descriptor is left there may be none to load a class with.
     */
    static void prepareListening(Calls calls) {
        LISTEN.prepare();
        (calls == Calls.SAFE && Platform.CURRENT.hasAccept4() ? ACCEPT4 : ACCEPT).prepare();
        CLOSE.prepare();
        BIND.prepare();
        CHMOD.prepare();
    }

    /** Where the second buffer of a call is; the linker looks at the first one only. */
    private static long at(MemorySegment memory) {
        if (!memory.isNative()) {
            throw new IllegalArgumentException("not native memory: " + memory);
        }
        if (!memory.scope().isAlive()) {
            throw new IllegalStateException("Already closed");
        }
        if (!memory.isAccessibleBy(Thread.currentThread())) {
            throw new WrongThreadException("memory of another thread: " + memory);
        }
        return memory.address();
    }

    /** Keeps memory of which the call knew only the address from being collected until now. */
    private static int keeping(int result, MemorySegment memory) {
        Reference.reachabilityFence(memory);
        return result;
    }
}
