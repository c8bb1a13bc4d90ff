package dev.unixsocket.ffi;

import static java.lang.foreign.ValueLayout.JAVA_BYTE;
import static java.lang.foreign.ValueLayout.JAVA_INT;

import dev.unixsocket.ffi.linux.Libc;
import dev.unixsocket.ffi.linux.group;
import dev.unixsocket.ffi.linux.passwd;
import dev.unixsocket.ffi.linux.sockaddr_in;
import dev.unixsocket.ffi.linux.sockaddr_un;
import dev.unixsocket.ffi.linux.stat;
import dev.unixsocket.ffi.linux.stat_aarch64;
import dev.unixsocket.ffi.linux.timespec;
import dev.unixsocket.ffi.linux.timeval;
import dev.unixsocket.ffi.linux.ucred;

import java.io.IOException;
import java.lang.foreign.FunctionDescriptor;
import java.lang.foreign.MemorySegment;
import java.lang.invoke.MethodHandle;
import java.lang.invoke.MethodHandles;
import java.time.Duration;

/** Linux, on x86-64 and on aarch64, which differ in {@code struct stat}. */
final class LinuxPlatform implements Platform {

    private static final boolean AARCH64 = System.getProperty("os.arch").equals("aarch64");

    /** open(2) with the mode, which C passes as a variable argument. */
    private static final FunctionDescriptor OPEN =
            FunctionDescriptor.of(Libc.C_INT, Libc.C_POINTER, Libc.C_INT, Libc.C_INT);

    /** The one constant here that differs between the two architectures. */
    private static final int O_NOFOLLOW = AARCH64 ? 0100000 : 0400000;

    /** fcntl(2) with an int, which C passes as a variable argument. */
    private static final FunctionDescriptor FCNTL =
            FunctionDescriptor.of(Libc.C_INT, Libc.C_INT, Libc.C_INT, Libc.C_INT);

    @Override
    public NativeFunction function(String name) {
        return switch (name) {
            case "socket" -> of(Libc.socket$address(), Libc.socket$descriptor());
            case "bind" -> of(Libc.bind$address(), Libc.bind$descriptor());
            case "listen" -> of(Libc.listen$address(), Libc.listen$descriptor());
            case "accept" -> of(Libc.accept$address(), Libc.accept$descriptor());
            case "connect" -> of(Libc.connect$address(), Libc.connect$descriptor());
            case "shutdown" -> of(Libc.shutdown$address(), Libc.shutdown$descriptor());
            case "close" -> of(Libc.close$address(), Libc.close$descriptor());
            case "read" -> of(Libc.read$address(), Libc.read$descriptor());
            case "write" -> of(Libc.write$address(), Libc.write$descriptor());
            case "recv" -> of(Libc.recv$address(), Libc.recv$descriptor());
            case "getsockopt" -> of(Libc.getsockopt$address(), Libc.getsockopt$descriptor());
            case "setsockopt" -> of(Libc.setsockopt$address(), Libc.setsockopt$descriptor());
            case "getsockname" -> of(Libc.getsockname$address(), Libc.getsockname$descriptor());
            case "stat" -> of(Libc.stat$address(), Libc.stat$descriptor());
            case "lstat" -> of(Libc.lstat$address(), Libc.lstat$descriptor());
            case "mkdir" -> of(Libc.mkdir$address(), Libc.mkdir$descriptor());
            case "chmod" -> of(Libc.chmod$address(), Libc.chmod$descriptor());
            case "unlink" -> of(Libc.unlink$address(), Libc.unlink$descriptor());
            case "getuid" -> of(Libc.getuid$address(), Libc.getuid$descriptor());
            case "open" -> of(Libc.open.address(), OPEN);
            case "pread" -> of(Libc.pread$address(), Libc.pread$descriptor());
            case "flock" -> of(Libc.flock$address(), Libc.flock$descriptor());
            case "ftruncate" -> of(Libc.ftruncate$address(), Libc.ftruncate$descriptor());
            case "fstat" -> of(Libc.fstat$address(), Libc.fstat$descriptor());
            case "fchmod" -> of(Libc.fchmod$address(), Libc.fchmod$descriptor());
            case "lchown" -> of(Libc.lchown$address(), Libc.lchown$descriptor());
            case "poll" -> of(Libc.poll$address(), Libc.poll$descriptor());
            case "pipe" -> of(Libc.pipe$address(), Libc.pipe$descriptor());
            case "listxattr" -> of(Libc.llistxattr$address(), Libc.llistxattr$descriptor());
            case "getxattr" -> of(Libc.lgetxattr$address(), Libc.lgetxattr$descriptor());
            case "setxattr" -> of(Libc.lsetxattr$address(), Libc.lsetxattr$descriptor());
            case "getgrnam" -> of(Libc.getgrnam$address(), Libc.getgrnam$descriptor());
            case "getpwnam" -> of(Libc.getpwnam$address(), Libc.getpwnam$descriptor());
            case "send" -> of(Libc.send$address(), Libc.send$descriptor());
            case "fcntl" -> of(Libc.fcntl.address(), FCNTL);
            case "isatty" -> of(Libc.isatty$address(), Libc.isatty$descriptor());
            case "epoll_create1" ->
                    of(Libc.epoll_create1$address(), Libc.epoll_create1$descriptor());
            case "epoll_ctl" -> of(Libc.epoll_ctl$address(), Libc.epoll_ctl$descriptor());
            case "epoll_wait" -> of(Libc.epoll_wait$address(), Libc.epoll_wait$descriptor());
            default -> throw new IllegalArgumentException(name);
        };
    }

    private static NativeFunction of(MemorySegment address, FunctionDescriptor descriptor) {
        return new NativeFunction(address, descriptor);
    }

    @Override
    public int number(Errno errno) {
        return switch (errno) {
            case EPERM -> Libc.EPERM();
            case ENOENT -> Libc.ENOENT();
            case EINTR -> Libc.EINTR();
            case EIO -> Libc.EIO();
            case EBADF -> Libc.EBADF();
            case EAGAIN -> Libc.EAGAIN();
            case ENOMEM -> Libc.ENOMEM();
            case EACCES -> Libc.EACCES();
            case EFAULT -> Libc.EFAULT();
            case EBUSY -> Libc.EBUSY();
            case EEXIST -> Libc.EEXIST();
            case ENOTDIR -> Libc.ENOTDIR();
            case EISDIR -> Libc.EISDIR();
            case EINVAL -> Libc.EINVAL();
            case ENFILE -> Libc.ENFILE();
            case EMFILE -> Libc.EMFILE();
            case ENOSPC -> Libc.ENOSPC();
            case EROFS -> Libc.EROFS();
            case EPIPE -> Libc.EPIPE();
            case ENAMETOOLONG -> Libc.ENAMETOOLONG();
            case ELOOP -> Libc.ELOOP();
            case ENOTSOCK -> Libc.ENOTSOCK();
            case EDESTADDRREQ -> Libc.EDESTADDRREQ();
            case EMSGSIZE -> Libc.EMSGSIZE();
            case EPROTOTYPE -> Libc.EPROTOTYPE();
            case ENOPROTOOPT -> Libc.ENOPROTOOPT();
            case EPROTONOSUPPORT -> Libc.EPROTONOSUPPORT();
            case EOPNOTSUPP -> Libc.EOPNOTSUPP();
            case EAFNOSUPPORT -> Libc.EAFNOSUPPORT();
            case EADDRINUSE -> Libc.EADDRINUSE();
            case EADDRNOTAVAIL -> Libc.EADDRNOTAVAIL();
            case ENETUNREACH -> Libc.ENETUNREACH();
            case ECONNABORTED -> Libc.ECONNABORTED();
            case ECONNRESET -> Libc.ECONNRESET();
            case ENOBUFS -> Libc.ENOBUFS();
            case EISCONN -> Libc.EISCONN();
            case ENOTCONN -> Libc.ENOTCONN();
            case ETIMEDOUT -> Libc.ETIMEDOUT();
            case ECONNREFUSED -> Libc.ECONNREFUSED();
            case EHOSTUNREACH -> Libc.EHOSTUNREACH();
            case EALREADY -> Libc.EALREADY();
            case EINPROGRESS -> Libc.EINPROGRESS();
            case ERANGE -> Libc.ERANGE();
            case ENODATA -> Libc.ENODATA();
            case UNKNOWN -> -1;
        };
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
        return true;
    }

    @Override
    public int sockaddrUnBytes() {
        return (int) sockaddr_un.sizeof();
    }

    /** A path counts with the whole structure, as in C; an abstract name with its own bytes. */
    @Override
    public int fillSockaddrUn(MemorySegment sockaddr, byte[] path) {
        sockaddr.fill((byte) 0);
        sockaddr_un.sun_family(sockaddr, (short) Libc.AF_UNIX());
        MemorySegment.copy(
                path, 0, sockaddr, JAVA_BYTE, sockaddr_un.sun_path$offset(), path.length);
        boolean abstractName = path[0] == 0;
        return abstractName
                ? (int) sockaddr_un.sun_path$offset() + path.length
                : (int) sockaddr_un.sizeof();
    }

    @Override
    public int sockaddrInBytes() {
        return (int) sockaddr_in.sizeof();
    }

    @Override
    public void fillLoopback(MemorySegment sockaddr, int port) {
        sockaddr.fill((byte) 0);
        sockaddr_in.sin_family(sockaddr, (short) Libc.AF_INET());
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
    public void fillTimeval(MemorySegment struct, Duration duration) {
        long micros = Timeval.micros(duration);
        timeval.tv_sec(struct, micros / Timeval.MICROS_PER_SECOND);
        timeval.tv_usec(struct, micros % Timeval.MICROS_PER_SECOND);
    }

    @Override
    public int statBytes() {
        return (int) (AARCH64 ? stat_aarch64.sizeof() : stat.sizeof());
    }

    @Override
    public FileStatus readStat(MemorySegment struct) {
        if (AARCH64) {
            return new FileStatus(
                    stat_aarch64.st_mode(struct),
                    stat_aarch64.st_uid(struct),
                    stat_aarch64.st_gid(struct),
                    stat_aarch64.st_dev(struct),
                    stat_aarch64.st_ino(struct),
                    nanos(stat_aarch64.st_mtim(struct)));
        }
        return new FileStatus(
                stat.st_mode(struct),
                stat.st_uid(struct),
                stat.st_gid(struct),
                stat.st_dev(struct),
                stat.st_ino(struct),
                nanos(stat.st_mtim(struct)));
    }

    private static long nanos(MemorySegment time) {
        return timespec.tv_sec(time) * 1_000_000_000L + timespec.tv_nsec(time);
    }

    /** unix(7), {@code SO_PEERCRED}. */
    @Override
    public int peerCredentials(int fd, CredentialsBuffer into) {
        ThreadMemory memory = ThreadMemory.current();
        memory.length.set(JAVA_INT, 0, (int) ucred.sizeof());
        int result =
                Syscalls.getsockopt(
                        fd, Libc.SOL_SOCKET(), Libc.SO_PEERCRED(), memory.option, memory.length);
        if (result == 0) {
            into.set(ucred.pid(memory.option), ucred.uid(memory.option), ucred.gid(memory.option));
        }
        return result;
    }

    @Override
    public int tcpNoDelay(int fd) {
        return Syscalls.setsockopt(fd, Libc.IPPROTO_TCP(), Libc.TCP_NODELAY(), 1);
    }

    /** Nothing to do: Java ignores {@code SIGPIPE}, so that a write fails with {@code EPIPE}. */
    @Override
    public int suppressSigpipe(int fd) {
        return 0;
    }

    /** A listener that is shut down gives {@code EINVAL} to whoever waits on it. */
    @Override
    public void wakeAccept(int fd) {
        Syscalls.shutdown(fd, Libc.SHUT_RDWR());
    }

    @Override
    public int openFlags() {
        return Libc.O_RDWR() | Libc.O_CLOEXEC() | O_NOFOLLOW;
    }

    @Override
    public int openFlagsToCreate() {
        return openFlags() | Libc.O_CREAT();
    }

    @Override
    public int openFlagsToRead() {
        return Libc.O_CLOEXEC() | O_NOFOLLOW | Libc.O_NONBLOCK();
    }

    /** {@code SO_PEERGROUPS}: the supplementary groups; the primary one is not among them. */
    @Override
    public int peerGroups(int fd, MemorySegment gids) {
        MemorySegment length = ThreadMemory.current().length;
        length.set(JAVA_INT, 0, (int) gids.byteSize());
        int result = Syscalls.getsockopt(fd, Libc.SOL_SOCKET(), Libc.SO_PEERGROUPS(), gids, length);
        return result < 0 ? result : length.get(JAVA_INT, 0) / Integer.BYTES;
    }

    /** The mode that the descriptor has is the one that bind(2) gives the file, less the umask. */
    @Override
    public int bindWithMode(int fd, Sockaddr address, int mode) {
        int result = FileSyscalls.fchmod(fd, mode);
        return result < 0 ? result : Syscalls.bind(fd, address.segment(), address.length());
    }

    @Override
    public int soType() {
        return Libc.SO_TYPE();
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

    @Override
    public MethodHandle listxattr() {
        return Syscalls.link("listxattr");
    }

    @Override
    public MethodHandle getxattr() {
        return Syscalls.link("getxattr");
    }

    /** Without flags: made or replaced. */
    @Override
    public MethodHandle setxattr() {
        return MethodHandles.insertArguments(Syscalls.link("setxattr"), 5, 0);
    }

    @Override
    public int sendFlags() {
        return Libc.MSG_DONTWAIT() | Libc.MSG_NOSIGNAL();
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
        return new EpollPoller();
    }
}
