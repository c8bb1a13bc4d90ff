package dev.unixsocket.ffi;

import static dev.unixsocket.ffi.MacOsStructs.CR_GROUPS;
import static dev.unixsocket.ffi.MacOsStructs.CR_NGROUPS;
import static dev.unixsocket.ffi.MacOsStructs.CR_UID;
import static dev.unixsocket.ffi.MacOsStructs.CR_VERSION;
import static dev.unixsocket.ffi.MacOsStructs.SIN_ADDR;
import static dev.unixsocket.ffi.MacOsStructs.SIN_FAMILY;
import static dev.unixsocket.ffi.MacOsStructs.SIN_LEN;
import static dev.unixsocket.ffi.MacOsStructs.SIN_PORT;
import static dev.unixsocket.ffi.MacOsStructs.SOCKADDR_IN_BYTES;
import static dev.unixsocket.ffi.MacOsStructs.SOCKADDR_UN_BYTES;
import static dev.unixsocket.ffi.MacOsStructs.STAT_BYTES;
import static dev.unixsocket.ffi.MacOsStructs.ST_DEV;
import static dev.unixsocket.ffi.MacOsStructs.ST_GID;
import static dev.unixsocket.ffi.MacOsStructs.ST_INO;
import static dev.unixsocket.ffi.MacOsStructs.ST_MODE;
import static dev.unixsocket.ffi.MacOsStructs.ST_MTIMESPEC;
import static dev.unixsocket.ffi.MacOsStructs.ST_NLINK;
import static dev.unixsocket.ffi.MacOsStructs.ST_SIZE;
import static dev.unixsocket.ffi.MacOsStructs.ST_UID;
import static dev.unixsocket.ffi.MacOsStructs.SUN_FAMILY;
import static dev.unixsocket.ffi.MacOsStructs.SUN_LEN;
import static dev.unixsocket.ffi.MacOsStructs.SUN_PATH;
import static dev.unixsocket.ffi.MacOsStructs.TIMEVAL_BYTES;
import static dev.unixsocket.ffi.MacOsStructs.TV_NSEC;
import static dev.unixsocket.ffi.MacOsStructs.TV_SEC;
import static dev.unixsocket.ffi.MacOsStructs.TV_USEC;
import static dev.unixsocket.ffi.MacOsStructs.XUCRED_BYTES;

import static java.lang.foreign.ValueLayout.JAVA_BYTE;
import static java.lang.foreign.ValueLayout.JAVA_INT;
import static java.lang.foreign.ValueLayout.JAVA_LONG;
import static java.lang.foreign.ValueLayout.JAVA_SHORT;

import dev.unixsocket.ffi.macos.Libc;
import dev.unixsocket.ffi.macos.group;
import dev.unixsocket.ffi.macos.passwd;
import dev.unixsocket.ffi.macos.sigaction;

import java.io.IOException;
import java.lang.foreign.MemorySegment;

/** macOS, on x86-64 and on Apple silicon. Not run on its own hardware yet. */
final class MacOsPlatform implements Platform {

    /** Version of {@code struct xucred}, {@code XUCRED_VERSION}. */
    private static final int XUCRED_VERSION = 0;

    /** On x86-64 the plain symbol is the old call with 32-bit inode numbers. */
    private static final String STAT_SUFFIX =
            System.getProperty("os.arch").equals("aarch64") ? "" : "$INODE64";

    @Override
    public NativeFunction function(String name) {
        String symbol =
                switch (name) {
                    case "stat", "lstat", "fstat" -> name + STAT_SUFFIX;
                    default -> name;
                };
        return new NativeFunction(NativeFunction.address(NativeFunction.C_LIBRARY, symbol));
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
        return SOCKADDR_UN_BYTES - SUN_PATH - 1;
    }

    @Override
    public boolean hasAbstractNames() {
        return false;
    }

    @Override
    public int sockaddrUnBytes() {
        return SOCKADDR_UN_BYTES;
    }

    @Override
    public int fillSockaddrUn(MemorySegment sockaddr, byte[] path) {
        sockaddr.fill((byte) 0);
        sockaddr.set(JAVA_BYTE, SUN_LEN, (byte) SOCKADDR_UN_BYTES);
        sockaddr.set(JAVA_BYTE, SUN_FAMILY, (byte) Libc.AF_UNIX());
        sockaddr.asSlice(SUN_PATH, path.length).copyFrom(MemorySegment.ofArray(path));
        return SOCKADDR_UN_BYTES;
    }

    @Override
    public int sockaddrInBytes() {
        return SOCKADDR_IN_BYTES;
    }

    @Override
    public void fillLoopback(MemorySegment sockaddr, int port) {
        sockaddr.fill((byte) 0);
        sockaddr.set(JAVA_BYTE, SIN_LEN, (byte) SOCKADDR_IN_BYTES);
        sockaddr.set(JAVA_BYTE, SIN_FAMILY, (byte) Libc.AF_INET());
        NetworkOrder.put(sockaddr, SIN_PORT, (short) port);
        NetworkOrder.put(sockaddr, SIN_ADDR, Libc.INADDR_LOOPBACK());
    }

    @Override
    public int familyOf(MemorySegment sockaddr) {
        return sockaddr.get(JAVA_BYTE, SUN_FAMILY);
    }

    @Override
    public int portOf(MemorySegment sockaddr) {
        return NetworkOrder.unsignedShort(sockaddr, SIN_PORT);
    }

    @Override
    public int timevalBytes() {
        return TIMEVAL_BYTES;
    }

    @Override
    public void fillTimeval(MemorySegment struct, long micros) {
        struct.set(JAVA_LONG, TV_SEC, micros / 1_000_000);
        struct.set(JAVA_INT, TV_USEC, (int) (micros % 1_000_000));
    }

    @Override
    public int statBytes() {
        return STAT_BYTES;
    }

    @Override
    public FileStatus readStat(MemorySegment struct) {
        return new FileStatus(
                Short.toUnsignedInt(struct.get(JAVA_SHORT, ST_MODE)),
                struct.get(JAVA_INT, ST_UID),
                struct.get(JAVA_INT, ST_GID),
                struct.get(JAVA_INT, ST_DEV),
                struct.get(JAVA_LONG, ST_INO),
                struct.get(JAVA_LONG, ST_SIZE),
                Short.toUnsignedLong(struct.get(JAVA_SHORT, ST_NLINK)),
                struct.get(JAVA_LONG, ST_MTIMESPEC + TV_SEC) * 1_000_000_000L
                        + struct.get(JAVA_LONG, ST_MTIMESPEC + TV_NSEC));
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
            memory.length.set(JAVA_INT, 0, XUCRED_BYTES);
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
                    memory.option.get(JAVA_INT, CR_VERSION) == XUCRED_VERSION
                            && memory.option.get(JAVA_SHORT, CR_NGROUPS) > 0;
            if (!usable) {
                return -Libc.EINVAL();
            }
            into.set(
                    pid,
                    memory.option.get(JAVA_INT, CR_UID),
                    memory.option.get(JAVA_INT, CR_GROUPS));
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
            memory.length.set(JAVA_INT, 0, XUCRED_BYTES);
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
            int count = memory.option.get(JAVA_SHORT, CR_NGROUPS);
            for (int i = 0; i < count; i++) {
                gids.setAtIndex(
                        JAVA_INT, i, memory.option.get(JAVA_INT, CR_GROUPS + i * Integer.BYTES));
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
    public int soRcvbuf() {
        return Libc.SO_RCVBUF();
    }

    @Override
    public int soSndbuf() {
        return Libc.SO_SNDBUF();
    }

    @Override
    public long fionread() {
        return Libc.FIONREAD();
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
        if (sockaddr.get(JAVA_BYTE, SUN_FAMILY) != Libc.AF_UNIX()) {
            return null;
        }
        return Sockaddr.unixAddress(sockaddr, SUN_PATH, length);
    }

    @Override
    public int groupId(MemorySegment struct) {
        return group.gr_gid(struct.reinterpret(group.sizeof()));
    }

    @Override
    public int userId(MemorySegment struct) {
        return passwd.pw_uid(struct.reinterpret(passwd.sizeof()));
    }

    /** There is no flag that makes descriptors close-on-exec here, and none for the real length. */
    @Override
    public MessageFormat messageFormat() {
        return new MessageFormat(
                MacOsStructs.MSGHDR_BYTES,
                MacOsStructs.MSG_FLAGS,
                MacOsStructs.CMSG_LEVEL,
                MacOsStructs.CMSG_TYPE,
                MacOsStructs.CMSGHDR_BYTES,
                Integer.BYTES,
                Libc.MSG_TRUNC(),
                0,
                Libc.MSG_CTRUNC(),
                0);
    }

    @Override
    public boolean hasMessageCredentials() {
        return false;
    }

    @Override
    public int soPasscred() {
        throw missing("SO_PASSCRED");
    }

    private static UnsupportedOperationException missing(String what) {
        return new UnsupportedOperationException(what + " is Linux's; macOS has nothing like it");
    }

    @Override
    public int peerPidfd(int fd) {
        return -Libc.ENOPROTOOPT();
    }

    @Override
    public int peerLabel(int fd, MemorySegment label) {
        return -Libc.ENOPROTOOPT();
    }

    @Override
    public int memoryFile(MemorySegment name) {
        throw missing("memfd_create");
    }

    @Override
    public boolean sealsMemory() {
        return false;
    }

    @Override
    public int addSeals() {
        throw missing("F_ADD_SEALS");
    }

    @Override
    public int getSeals() {
        throw missing("F_GET_SEALS");
    }

    @Override
    public int registerForBarriers() {
        return -Libc.ENOSYS();
    }

    @Override
    public int barrierForAll() {
        return -Libc.ENOSYS();
    }

    @Override
    public boolean hasSeqpacket() {
        return false;
    }

    @Override
    public int socketpair(int type, MemorySegment fds) {
        int result = Syscalls.socketpair(Libc.AF_UNIX(), type, fds);
        if (result == 0) {
            prepared(fds.getAtIndex(JAVA_INT, 0), Calls.SAFE, true);
            prepared(fds.getAtIndex(JAVA_INT, 1), Calls.SAFE, true);
        }
        return result;
    }

    // A position, which only resource forks have, and options: not what a symbolic link leads to.

    @Override
    public String xattrPrefix() {
        return "";
    }

    @Override
    public int xattrOptions() {
        return Libc.XATTR_NOFOLLOW();
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
