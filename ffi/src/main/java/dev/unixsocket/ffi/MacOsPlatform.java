package dev.unixsocket.ffi;

import static java.lang.foreign.ValueLayout.JAVA_BYTE;
import static java.lang.foreign.ValueLayout.JAVA_INT;

import dev.unixsocket.ffi.macos.Libc;
import dev.unixsocket.ffi.macos.group;
import dev.unixsocket.ffi.macos.passwd;
import dev.unixsocket.ffi.macos.sigaction;
import dev.unixsocket.ffi.macos.sockaddr_in;
import dev.unixsocket.ffi.macos.sockaddr_un;
import dev.unixsocket.ffi.macos.stat;
import dev.unixsocket.ffi.macos.timespec;
import dev.unixsocket.ffi.macos.timeval;
import dev.unixsocket.ffi.macos.xucred;

import java.io.IOException;
import java.lang.foreign.MemorySegment;
import java.lang.invoke.MethodHandle;
import java.lang.invoke.MethodHandles;

/** macOS, on x86-64 and on Apple silicon. Not run on its own hardware yet. */
final class MacOsPlatform implements Platform {

    /** Version of {@code struct xucred}, {@code XUCRED_VERSION}. */
    private static final int XUCRED_VERSION = 0;

    @Override
    public NativeFunction function(String name) {
        return MacOsFunctions.of(name);
    }

    @Override
    public int number(Errno errno) {
        return MacOsErrors.number(errno);
    }

    @Override
    public int solSocket() {
        return Libc.SOL_SOCKET();
    }

    @Override
    public int soRcvtimeo() {
        return Libc.SO_RCVTIMEO();
    }

    @Override
    public int soSndtimeo() {
        return Libc.SO_SNDTIMEO();
    }

    @Override
    public int soReuseaddr() {
        return Libc.SO_REUSEADDR();
    }

    @Override
    public int msgDontwait() {
        return Libc.MSG_DONTWAIT();
    }

    @Override
    public int maxPathBytes() {
        return (int) sockaddr_un.sun_path$layout().byteSize() - 1;
    }

    @Override
    public boolean hasAbstractNames() {
        return false;
    }

    @Override
    public int sockaddrUnBytes() {
        return (int) sockaddr_un.sizeof();
    }

    @Override
    public int fillSockaddrUn(MemorySegment sockaddr, byte[] path) {
        sockaddr.fill((byte) 0);
        sockaddr_un.sun_len(sockaddr, (byte) sockaddr_un.sizeof());
        sockaddr_un.sun_family(sockaddr, (byte) Libc.AF_UNIX());
        MemorySegment.copy(
                path, 0, sockaddr, JAVA_BYTE, sockaddr_un.sun_path$offset(), path.length);
        return (int) sockaddr_un.sizeof();
    }

    @Override
    public int sockaddrInBytes() {
        return (int) sockaddr_in.sizeof();
    }

    @Override
    public void fillLoopback(MemorySegment sockaddr, int port) {
        sockaddr.fill((byte) 0);
        sockaddr_in.sin_len(sockaddr, (byte) sockaddr_in.sizeof());
        sockaddr_in.sin_family(sockaddr, (byte) Libc.AF_INET());
        NetworkOrder.put(sockaddr, sockaddr_in.sin_port$offset(), (short) port);
        NetworkOrder.put(sockaddr, sockaddr_in.sin_addr$offset(), Libc.INADDR_LOOPBACK());
    }

    @Override
    public int portOf(MemorySegment sockaddr) {
        return NetworkOrder.unsignedShort(sockaddr, sockaddr_in.sin_port$offset());
    }

    @Override
    public int timevalBytes() {
        return (int) timeval.sizeof();
    }

    @Override
    public void fillTimeval(MemorySegment struct, long micros) {
        timeval.tv_sec(struct, micros / 1_000_000);
        timeval.tv_usec(struct, (int) (micros % 1_000_000));
    }

    @Override
    public int statBytes() {
        return (int) stat.sizeof();
    }

    @Override
    public FileStatus readStat(MemorySegment struct) {
        return new FileStatus(
                Short.toUnsignedInt(stat.st_mode(struct)),
                stat.st_uid(struct),
                stat.st_gid(struct),
                stat.st_dev(struct),
                stat.st_ino(struct),
                nanos(stat.st_mtimespec(struct)));
    }

    private static long nanos(MemorySegment time) {
        return timespec.tv_sec(time) * 1_000_000_000L + timespec.tv_nsec(time);
    }

    /** unix(4): {@code LOCAL_PEERCRED} has no process, {@code LOCAL_PEERPID} has it. */
    @Override
    public int peerCredentials(int fd, CredentialsBuffer into) {
        try (CallMemory memory = CallMemory.take()) {
            memory.length.set(JAVA_INT, 0, Integer.BYTES);
            int result =
                    Syscalls.getsockopt(
                            fd,
                            Libc.SOL_LOCAL(),
                            Libc.LOCAL_PEERPID(),
                            memory.option,
                            memory.length);
            if (result < 0) {
                return result;
            }
            int pid = memory.option.get(JAVA_INT, 0);
            memory.length.set(JAVA_INT, 0, (int) xucred.sizeof());
            result =
                    Syscalls.getsockopt(
                            fd,
                            Libc.SOL_LOCAL(),
                            Libc.LOCAL_PEERCRED(),
                            memory.option,
                            memory.length);
            if (result < 0) {
                return result;
            }
            boolean usable =
                    xucred.cr_version(memory.option) == XUCRED_VERSION
                            && xucred.cr_ngroups(memory.option) > 0;
            if (!usable) {
                return -Libc.EINVAL();
            }
            into.set(pid, xucred.cr_uid(memory.option), xucred.cr_groups(memory.option, 0));
            return 0;
        }
    }

    @Override
    public int tcpNoDelay(int fd) {
        return Syscalls.setsockopt(fd, Libc.IPPROTO_TCP(), Libc.TCP_NODELAY(), 1);
    }

    /** There is no {@code MSG_NOSIGNAL} here, but an option of the socket. */
    @Override
    public int suppressSigpipe(int fd) {
        return Syscalls.setsockopt(fd, Libc.SOL_SOCKET(), Libc.SO_NOSIGPIPE(), 1);
    }

    /**
     * Puts another socket, one that nobody can connect to, in the place of {@code fd}: the kernel
     * wakes whoever waits on what was there, and the number stays taken. {@code shutdown} does not
     * wake {@code accept} here.
     */
    @Override
    public void wakeAccept(int fd) {
        int other = Syscalls.socket(Libc.AF_UNIX(), Libc.SOCK_STREAM(), 0);
        if (other >= 0) {
            Syscalls.dup2(other, fd);
            Syscalls.close(other);
        }
    }

    @Override
    public int openFlags() {
        return Libc.O_RDWR() | Libc.O_CLOEXEC() | Libc.O_NOFOLLOW();
    }

    @Override
    public int openFlagsToCreate() {
        return openFlags() | Libc.O_CREAT();
    }

    @Override
    public int openFlagsToRead() {
        return Libc.O_CLOEXEC() | Libc.O_NOFOLLOW() | Libc.O_NONBLOCK();
    }

    /** All groups, the primary one first; the kernel reports 16 of them at most. */
    @Override
    public int peerGroups(int fd, MemorySegment gids) {
        try (CallMemory memory = CallMemory.take()) {
            memory.length.set(JAVA_INT, 0, (int) xucred.sizeof());
            int result =
                    Syscalls.getsockopt(
                            fd,
                            Libc.SOL_LOCAL(),
                            Libc.LOCAL_PEERCRED(),
                            memory.option,
                            memory.length);
            if (result < 0) {
                return result;
            }
            int count = xucred.cr_ngroups(memory.option);
            for (int i = 0; i < count; i++) {
                gids.setAtIndex(JAVA_INT, i, xucred.cr_groups(memory.option, i));
            }
            return count;
        }
    }

    /**
     * By the umask, which is the process's: a file that another thread makes meanwhile has it too.
     */
    @Override
    public int bindWithMode(int fd, Sockaddr address, int mode) {
        int before = Syscalls.umask(0777 & ~mode);
        int result = Syscalls.bind(fd, address.segment(), address.length());
        Syscalls.umask(before);
        return result;
    }

    @Override
    public int soType() {
        return Libc.SO_TYPE();
    }

    @Override
    public int soError() {
        return Libc.SO_ERROR();
    }

    @Override
    public int soAcceptconn() {
        return Libc.SO_ACCEPTCONN();
    }

    @Override
    public Address readSockaddrUn(MemorySegment sockaddr, int length) {
        if (sockaddr_un.sun_family(sockaddr) != Libc.AF_UNIX()) {
            return null;
        }
        return Sockaddr.unixAddress(sockaddr, (int) sockaddr_un.sun_path$offset(), length);
    }

    @Override
    public int groupId(MemorySegment struct) {
        return group.gr_gid(struct.reinterpret(group.sizeof()));
    }

    @Override
    public int userId(MemorySegment struct) {
        return passwd.pw_uid(struct.reinterpret(passwd.sizeof()));
    }

    // A position, which only resource forks have, and options: not what a symbolic link leads to.

    @Override
    public MethodHandle listxattr() {
        return MethodHandles.insertArguments(Syscalls.link("listxattr"), 4, Libc.XATTR_NOFOLLOW());
    }

    @Override
    public MethodHandle getxattr() {
        return MethodHandles.insertArguments(
                Syscalls.link("getxattr"), 5, 0, Libc.XATTR_NOFOLLOW());
    }

    @Override
    public MethodHandle setxattr() {
        return MethodHandles.insertArguments(
                Syscalls.link("setxattr"), 5, 0, Libc.XATTR_NOFOLLOW());
    }

    @Override
    public int msgNosignal() {
        return 0;
    }

    @Override
    public int socket(int domain, int type, Calls calls, boolean blocking) {
        int fd = Syscalls.socket(domain, type, 0);
        return fd < 0 ? fd : prepared(fd, calls, blocking);
    }

    @Override
    public int accept(int fd, Calls calls) {
        int connection = Syscalls.accept(fd);
        return connection < 0 ? connection : prepared(connection, calls, true);
    }

    /** There is no call here that makes a descriptor with flags; an accepted one inherits some. */
    private static int prepared(int fd, Calls calls, boolean blocking) {
        if (calls == Calls.SAFE) {
            Syscalls.fcntl(fd, Libc.F_SETFD(), Libc.FD_CLOEXEC());
        }
        Syscalls.fcntl(fd, Libc.F_SETFL(), blocking ? 0 : Libc.O_NONBLOCK());
        return fd;
    }

    @Override
    public boolean hasAccept4() {
        return false;
    }

    @Override
    public int pipe(MemorySegment fds) {
        int result = Syscalls.pipe(fds);
        if (result == 0) {
            prepared(fds.getAtIndex(JAVA_INT, 0), Calls.SAFE, false);
            prepared(fds.getAtIndex(JAVA_INT, 1), Calls.SAFE, false);
        }
        return result;
    }

    @Override
    public int interruptSignal() {
        return Libc.SIGIO();
    }

    @Override
    public int sigactionBytes() {
        return (int) sigaction.sizeof();
    }

    @Override
    public int fSetfd() {
        return Libc.F_SETFD();
    }

    @Override
    public int fdCloexec() {
        return Libc.FD_CLOEXEC();
    }

    @Override
    public int fSetfl() {
        return Libc.F_SETFL();
    }

    @Override
    public int oNonblock() {
        return Libc.O_NONBLOCK();
    }

    @Override
    public Poller openPoller() throws IOException {
        return new PollPoller();
    }

    @Override
    public Wakeups openWakeups() throws SyscallException {
        return new PollWakeups();
    }
}
