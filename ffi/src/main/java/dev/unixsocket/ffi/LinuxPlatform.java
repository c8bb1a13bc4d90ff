package dev.unixsocket.ffi;

import static dev.unixsocket.ffi.LinuxStructs.GID;
import static dev.unixsocket.ffi.LinuxStructs.PID;
import static dev.unixsocket.ffi.LinuxStructs.SIN_ADDR;
import static dev.unixsocket.ffi.LinuxStructs.SIN_FAMILY;
import static dev.unixsocket.ffi.LinuxStructs.SIN_PORT;
import static dev.unixsocket.ffi.LinuxStructs.SOCKADDR_IN_BYTES;
import static dev.unixsocket.ffi.LinuxStructs.SOCKADDR_UN_BYTES;
import static dev.unixsocket.ffi.LinuxStructs.STAT_BYTES;
import static dev.unixsocket.ffi.LinuxStructs.ST_DEV;
import static dev.unixsocket.ffi.LinuxStructs.ST_GID;
import static dev.unixsocket.ffi.LinuxStructs.ST_INO;
import static dev.unixsocket.ffi.LinuxStructs.ST_MODE;
import static dev.unixsocket.ffi.LinuxStructs.ST_MTIM;
import static dev.unixsocket.ffi.LinuxStructs.ST_NLINK;
import static dev.unixsocket.ffi.LinuxStructs.ST_SIZE;
import static dev.unixsocket.ffi.LinuxStructs.ST_UID;
import static dev.unixsocket.ffi.LinuxStructs.SUN_FAMILY;
import static dev.unixsocket.ffi.LinuxStructs.SUN_PATH;
import static dev.unixsocket.ffi.LinuxStructs.TIMEVAL_BYTES;
import static dev.unixsocket.ffi.LinuxStructs.TV_NSEC;
import static dev.unixsocket.ffi.LinuxStructs.TV_SEC;
import static dev.unixsocket.ffi.LinuxStructs.TV_USEC;
import static dev.unixsocket.ffi.LinuxStructs.UCRED_BYTES;
import static dev.unixsocket.ffi.LinuxStructs.UID;

import static java.lang.foreign.ValueLayout.JAVA_INT;
import static java.lang.foreign.ValueLayout.JAVA_LONG;
import static java.lang.foreign.ValueLayout.JAVA_SHORT;

import dev.unixsocket.ffi.linux.Libc;
import dev.unixsocket.ffi.linux.group;
import dev.unixsocket.ffi.linux.passwd;
import dev.unixsocket.ffi.linux.sigaction;

import java.io.IOException;
import java.lang.foreign.MemorySegment;

/** Linux, on x86-64 and on aarch64, which differ in {@code struct stat}. */
final class LinuxPlatform implements Platform {

    static final boolean AARCH64 = System.getProperty("os.arch").equals("aarch64");

    /** The one constant here that differs between the two architectures. */
    private static final int O_NOFOLLOW = AARCH64 ? 0100000 : 0400000;

    /** {@code SYS_membarrier}, which is not the same on both either. */
    private static final int MEMBARRIER = AARCH64 ? 283 : 324;

    @Override
    public NativeFunction function(String name) {
        return LinuxFunctions.of(name);
    }

    @Override
    public int number(Errno errno) {
        return LinuxErrors.number(errno);
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
        return true;
    }

    @Override
    public int sockaddrUnBytes() {
        return SOCKADDR_UN_BYTES;
    }

    /** A path counts with the whole structure, as in C; an abstract name with its own bytes. */
    @Override
    public int fillSockaddrUn(MemorySegment sockaddr, byte[] path) {
        sockaddr.fill((byte) 0);
        sockaddr.set(JAVA_SHORT, SUN_FAMILY, (short) Libc.AF_UNIX());
        sockaddr.asSlice(SUN_PATH, path.length).copyFrom(MemorySegment.ofArray(path));
        boolean abstractName = path[0] == 0;
        return abstractName ? SUN_PATH + path.length : SOCKADDR_UN_BYTES;
    }

    @Override
    public int sockaddrInBytes() {
        return SOCKADDR_IN_BYTES;
    }

    @Override
    public void fillLoopback(MemorySegment sockaddr, int port) {
        sockaddr.fill((byte) 0);
        sockaddr.set(JAVA_SHORT, SIN_FAMILY, (short) Libc.AF_INET());
        NetworkOrder.put(sockaddr, SIN_PORT, (short) port);
        NetworkOrder.put(sockaddr, SIN_ADDR, Libc.INADDR_LOOPBACK());
    }

    @Override
    public int familyOf(MemorySegment sockaddr) {
        return sockaddr.get(JAVA_SHORT, SUN_FAMILY);
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
        struct.set(JAVA_LONG, TV_USEC, micros % 1_000_000);
    }

    @Override
    public int statBytes() {
        return STAT_BYTES;
    }

    @Override
    public FileStatus readStat(MemorySegment struct) {
        return new FileStatus(
                struct.get(JAVA_INT, ST_MODE),
                struct.get(JAVA_INT, ST_UID),
                struct.get(JAVA_INT, ST_GID),
                struct.get(JAVA_LONG, ST_DEV),
                struct.get(JAVA_LONG, ST_INO),
                struct.get(JAVA_LONG, ST_SIZE),
                AARCH64
                        ? Integer.toUnsignedLong(struct.get(JAVA_INT, ST_NLINK))
                        : struct.get(JAVA_LONG, ST_NLINK),
                struct.get(JAVA_LONG, ST_MTIM + TV_SEC) * 1_000_000_000L
                        + struct.get(JAVA_LONG, ST_MTIM + TV_NSEC));
    }

    /** unix(7), {@code SO_PEERCRED}. */
    @Override
    public int peerCredentials(int fd, CredentialsBuffer into) {
        try (CallMemory memory = CallMemory.take()) {
            memory.length.set(JAVA_INT, 0, UCRED_BYTES);
            int result =
                    Syscalls.getsockopt(
                            fd,
                            Libc.SOL_SOCKET(),
                            Libc.SO_PEERCRED(),
                            memory.option,
                            memory.length);
            if (result == 0) {
                into.set(
                        memory.option.get(JAVA_INT, PID),
                        memory.option.get(JAVA_INT, UID),
                        memory.option.get(JAVA_INT, GID));
            }
            return result;
        }
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
        try (CallMemory memory = CallMemory.take()) {
            memory.length.set(JAVA_INT, 0, (int) gids.byteSize());
            int result =
                    Syscalls.getsockopt(
                            fd, Libc.SOL_SOCKET(), Libc.SO_PEERGROUPS(), gids, memory.length);
            return result < 0 ? result : memory.length.get(JAVA_INT, 0) / Integer.BYTES;
        }
    }

    /** The mode that the descriptor has is the one that bind(2) gives the file, less the umask. */
    @Override
    public int bindWithMode(int fd, Sockaddr address, int mode) {
        int result = Syscalls.fchmod(fd, mode);
        return result < 0 ? result : Syscalls.bind(fd, address.segment(), address.length());
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
        if (sockaddr.get(JAVA_SHORT, SUN_FAMILY) != Libc.AF_UNIX()) {
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

    @Override
    public MessageFormat messageFormat() {
        return new MessageFormat(
                LinuxStructs.MSGHDR_BYTES,
                LinuxStructs.MSG_FLAGS,
                LinuxStructs.CMSG_LEVEL,
                LinuxStructs.CMSG_TYPE,
                LinuxStructs.CMSGHDR_BYTES,
                Long.BYTES,
                Libc.MSG_TRUNC(),
                Libc.MSG_TRUNC(),
                Libc.MSG_CTRUNC(),
                Libc.MSG_CMSG_CLOEXEC());
    }

    @Override
    public boolean hasMessageCredentials() {
        return true;
    }

    @Override
    public int soPasscred() {
        return Libc.SO_PASSCRED();
    }

    @Override
    public int peerPidfd(int fd) {
        return Syscalls.getsockopt(fd, Libc.SOL_SOCKET(), Libc.SO_PEERPIDFD());
    }

    @Override
    public int peerLabel(int fd, MemorySegment label) {
        try (CallMemory memory = CallMemory.take()) {
            memory.length.set(JAVA_INT, 0, (int) label.byteSize());
            int result =
                    Syscalls.getsockopt(
                            fd, Libc.SOL_SOCKET(), Libc.SO_PEERSEC(), label, memory.length);
            return result < 0 ? result : memory.length.get(JAVA_INT, 0);
        }
    }

    @Override
    public int memoryFile(MemorySegment name) {
        return Syscalls.memfdCreate(name, Libc.MFD_CLOEXEC() | Libc.MFD_ALLOW_SEALING());
    }

    @Override
    public boolean sealsMemory() {
        return true;
    }

    @Override
    public int addSeals() {
        return Libc.F_ADD_SEALS();
    }

    @Override
    public int getSeals() {
        return Libc.F_GET_SEALS();
    }

    @Override
    public int registerForBarriers() {
        return Syscalls.membarrier(MEMBARRIER, Libc.MEMBARRIER_CMD_REGISTER_GLOBAL_EXPEDITED());
    }

    @Override
    public int barrierForAll() {
        return Syscalls.membarrier(MEMBARRIER, Libc.MEMBARRIER_CMD_GLOBAL_EXPEDITED());
    }

    @Override
    public boolean hasSeqpacket() {
        return true;
    }

    @Override
    public int socketpair(int type, MemorySegment fds) {
        return Syscalls.socketpair(Libc.AF_UNIX(), type | Libc.SOCK_CLOEXEC(), fds);
    }

    @Override
    public String xattrPrefix() {
        return "l";
    }

    /** Without flags: made or replaced. */
    @Override
    public int xattrOptions() {
        return 0;
    }

    @Override
    public int msgNosignal() {
        return Libc.MSG_NOSIGNAL();
    }

    @Override
    public int socket(int domain, int type, Calls calls, boolean blocking) {
        int flags =
                (calls == Calls.SAFE ? Libc.SOCK_CLOEXEC() : 0)
                        | (blocking ? 0 : Libc.SOCK_NONBLOCK());
        return Syscalls.socket(domain, type | flags, 0);
    }

    @Override
    public int accept(int fd, Calls calls) {
        return calls == Calls.SAFE
                ? Syscalls.accept4(fd, Libc.SOCK_CLOEXEC())
                : Syscalls.accept(fd);
    }

    @Override
    public boolean hasAccept4() {
        return true;
    }

    @Override
    public int pipe(MemorySegment fds) {
        return Syscalls.pipe2(fds, Libc.O_CLOEXEC() | Libc.O_NONBLOCK());
    }

    /** {@code SIGRTMAX - 2}; {@code SIGRTMAX} is 64 on both architectures. */
    @Override
    public int interruptSignal() {
        return 62;
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
        return new EpollPoller();
    }

    @Override
    public Wakeups openWakeups() throws SyscallException {
        return new EpollWakeups();
    }
}
