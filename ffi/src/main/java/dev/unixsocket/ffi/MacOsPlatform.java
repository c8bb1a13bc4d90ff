package dev.unixsocket.ffi;

import static java.lang.foreign.ValueLayout.JAVA_BYTE;
import static java.lang.foreign.ValueLayout.JAVA_INT;

import dev.unixsocket.ffi.macos.Libc;
import dev.unixsocket.ffi.macos.group;
import dev.unixsocket.ffi.macos.passwd;
import dev.unixsocket.ffi.macos.sockaddr_in;
import dev.unixsocket.ffi.macos.sockaddr_un;
import dev.unixsocket.ffi.macos.stat;
import dev.unixsocket.ffi.macos.timespec;
import dev.unixsocket.ffi.macos.timeval;
import dev.unixsocket.ffi.macos.xucred;

import java.io.IOException;
import java.lang.foreign.FunctionDescriptor;
import java.lang.foreign.Linker;
import java.lang.foreign.MemorySegment;
import java.lang.invoke.MethodHandle;
import java.lang.invoke.MethodHandles;
import java.time.Duration;

/** macOS, on x86-64 and on Apple silicon. Not run on its own hardware yet. */
final class MacOsPlatform implements Platform {

    /** On x86-64 the plain symbol is the old call with 32-bit inode numbers. */
    private static final String STAT_SUFFIX =
            System.getProperty("os.arch").equals("aarch64") ? "" : "$INODE64";

    /** open(2) with the mode, which C passes as a variable argument. */
    private static final FunctionDescriptor OPEN =
            FunctionDescriptor.of(Libc.C_INT, Libc.C_POINTER, Libc.C_INT, Libc.C_INT);

    /** Version of {@code struct xucred}, {@code XUCRED_VERSION}. */
    private static final int XUCRED_VERSION = 0;

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
            case "stat" -> of(symbol("stat" + STAT_SUFFIX), Libc.stat$descriptor());
            case "lstat" -> of(symbol("lstat" + STAT_SUFFIX), Libc.lstat$descriptor());
            case "mkdir" -> of(Libc.mkdir$address(), Libc.mkdir$descriptor());
            case "chmod" -> of(Libc.chmod$address(), Libc.chmod$descriptor());
            case "unlink" -> of(Libc.unlink$address(), Libc.unlink$descriptor());
            case "getuid" -> of(Libc.getuid$address(), Libc.getuid$descriptor());
            case "dup2" -> of(Libc.dup2$address(), Libc.dup2$descriptor());
            case "open" -> of(Libc.open.address(), OPEN);
            case "pread" -> of(Libc.pread$address(), Libc.pread$descriptor());
            case "flock" -> of(Libc.flock$address(), Libc.flock$descriptor());
            case "ftruncate" -> of(Libc.ftruncate$address(), Libc.ftruncate$descriptor());
            case "lchown" -> of(Libc.lchown$address(), Libc.lchown$descriptor());
            case "umask" -> of(Libc.umask$address(), Libc.umask$descriptor());
            case "poll" -> of(Libc.poll$address(), Libc.poll$descriptor());
            case "pipe" -> of(Libc.pipe$address(), Libc.pipe$descriptor());
            case "listxattr" -> of(Libc.listxattr$address(), Libc.listxattr$descriptor());
            case "getxattr" -> of(Libc.getxattr$address(), Libc.getxattr$descriptor());
            case "setxattr" -> of(Libc.setxattr$address(), Libc.setxattr$descriptor());
            case "getgrnam" -> of(Libc.getgrnam$address(), Libc.getgrnam$descriptor());
            case "getpwnam" -> of(Libc.getpwnam$address(), Libc.getpwnam$descriptor());
            case "fstat" -> of(symbol("fstat" + STAT_SUFFIX), Libc.fstat$descriptor());
            case "send" -> of(Libc.send$address(), Libc.send$descriptor());
            case "fcntl" -> of(Libc.fcntl.address(), FCNTL);
            case "isatty" -> of(Libc.isatty$address(), Libc.isatty$descriptor());
            default -> throw new IllegalArgumentException(name);
        };
    }

    private static NativeFunction of(MemorySegment address, FunctionDescriptor descriptor) {
        return new NativeFunction(address, descriptor);
    }

    private static MemorySegment symbol(String name) {
        return Linker.nativeLinker().defaultLookup().findOrThrow(name);
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
            case ENODATA -> Libc.ENOATTR();
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
    public void fillTimeval(MemorySegment struct, Duration duration) {
        long micros = Timeval.micros(duration);
        timeval.tv_sec(struct, micros / Timeval.MICROS_PER_SECOND);
        timeval.tv_usec(struct, (int) (micros % Timeval.MICROS_PER_SECOND));
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
        ThreadMemory memory = ThreadMemory.current();
        memory.length.set(JAVA_INT, 0, Integer.BYTES);
        int result =
                Syscalls.getsockopt(
                        fd, Libc.SOL_LOCAL(), Libc.LOCAL_PEERPID(), memory.option, memory.length);
        if (result < 0) {
            return result;
        }
        int pid = memory.option.get(JAVA_INT, 0);
        memory.length.set(JAVA_INT, 0, (int) xucred.sizeof());
        result =
                Syscalls.getsockopt(
                        fd, Libc.SOL_LOCAL(), Libc.LOCAL_PEERCRED(), memory.option, memory.length);
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
        ThreadMemory memory = ThreadMemory.current();
        memory.length.set(JAVA_INT, 0, (int) xucred.sizeof());
        int result =
                Syscalls.getsockopt(
                        fd, Libc.SOL_LOCAL(), Libc.LOCAL_PEERCRED(), memory.option, memory.length);
        if (result < 0) {
            return result;
        }
        int count = xucred.cr_ngroups(memory.option);
        for (int i = 0; i < count; i++) {
            gids.setAtIndex(JAVA_INT, i, xucred.cr_groups(memory.option, i));
        }
        return count;
    }

    /**
     * By the umask, which is the process's: a file that another thread makes meanwhile has it too.
     */
    @Override
    public int bindWithMode(int fd, Sockaddr address, int mode) {
        int before = FileSyscalls.umask(0777 & ~mode);
        int result = Syscalls.bind(fd, address.segment(), address.length());
        FileSyscalls.umask(before);
        return result;
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
    public int sendFlags() {
        return Libc.MSG_DONTWAIT();
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
}
