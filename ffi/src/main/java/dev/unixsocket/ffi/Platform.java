package dev.unixsocket.ffi;

import java.io.IOException;
import java.lang.foreign.MemorySegment;

/**
 * All that differs between the operating systems: symbols, constants and the layout of structures.
 * Chosen once, when the first system call is linked.
 *
 * <p>Stateless, thread-safe.
 */
sealed interface Platform permits LinuxPlatform, MacOsPlatform {

    /** The platform this process runs on. */
    Platform CURRENT = detect();

    /**
     * The C function of that name, one of the list in {@code native-headers}.
     *
     * @throws UnsatisfiedLinkError if the C library here does not have it
     */
    NativeFunction function(String name);

    /** The number of that error here, or -1 where this system does not have it. */
    int number(Errno errno);

    /** {@code SOL_SOCKET}. */
    int solSocket();

    /** {@code SO_RCVTIMEO}. */
    int soRcvtimeo();

    /** {@code SO_SNDTIMEO}. */
    int soSndtimeo();

    /** {@code SO_REUSEADDR}. */
    int soReuseaddr();

    /** {@code MSG_DONTWAIT}. */
    int msgDontwait();

    /** The longest path of a socket in bytes, without the NUL that ends it. */
    int maxPathBytes();

    /** Whether names in the abstract namespace exist here. */
    boolean hasAbstractNames();

    /** Size in bytes of {@code struct sockaddr_un}. */
    int sockaddrUnBytes();

    /**
     * Fills in a {@code struct sockaddr_un}; {@code path} is the content of {@code sun_path}, which
     * for an abstract name begins with a NUL.
     *
     * @return the length to give to {@code bind} and {@code connect}, in bytes
     */
    int fillSockaddrUn(MemorySegment sockaddr, byte[] path);

    /** Size in bytes of {@code struct sockaddr_in}. */
    int sockaddrInBytes();

    /** Fills in a {@code struct sockaddr_in} with 127.0.0.1 and that port. */
    void fillLoopback(MemorySegment sockaddr, int port);

    /** The family in a {@code struct sockaddr}. */
    int familyOf(MemorySegment sockaddr);

    /** The port in a {@code struct sockaddr_in}. */
    int portOf(MemorySegment sockaddr);

    /** Size in bytes of {@code struct timeval}. */
    int timevalBytes();

    /** Fills in a {@code struct timeval}; zero means "no limit". */
    void fillTimeval(MemorySegment timeval, long micros);

    /** Size in bytes of {@code struct stat}. */
    int statBytes();

    /** Reads a {@code struct stat}. */
    FileStatus readStat(MemorySegment stat);

    /**
     * Asks the kernel who is at the other end of {@code fd}, and keeps the answer in {@code into}.
     *
     * @return 0 or {@code -errno}
     */
    int peerCredentials(int fd, CredentialsBuffer into);

    /**
     * Sets {@code TCP_NODELAY}.
     *
     * @return 0 or {@code -errno}
     */
    int tcpNoDelay(int fd);

    /**
     * Lets a socket raise no {@code SIGPIPE}, where that takes a call of its own.
     *
     * @return 0 or {@code -errno}
     */
    int suppressSigpipe(int fd);

    /** Wakes every thread that is blocked in {@code accept} on {@code fd}; it stays open. */
    void wakeAccept(int fd);

    /** To open a lock file: for reading and writing, never what a symbolic link leads to. */
    int openFlags();

    /** As {@link #openFlags}, and makes the file if there is none. */
    int openFlagsToCreate();

    /**
     * To look at a file that may be anything: for reading, never what a symbolic link leads to, and
     * without waiting for the other end of a FIFO.
     */
    int openFlagsToRead();

    /** {@code SO_TYPE}. */
    int soType();

    /** {@code SO_RCVBUF}. */
    int soRcvbuf();

    /** {@code SO_SNDBUF}. */
    int soSndbuf();

    /** {@code FIONREAD}. */
    long fionread();

    /** {@code SO_ERROR}. */
    int soError();

    /** {@code SO_ACCEPTCONN}. */
    int soAcceptconn();

    /**
     * Asks the kernel for the groups of the process at the other end of {@code fd}; see {@link
     * StreamSocket#peerGroups}.
     *
     * @param gids room for them, 4 bytes each
     * @return how many there are, or {@code -errno}: {@code -ERANGE} when there is too little room
     */
    int peerGroups(int fd, MemorySegment gids);

    /**
     * bind(2) that makes a socket file which never had more permissions than {@code mode}; it may
     * have less, by the umask.
     *
     * @return 0 or {@code -errno}
     */
    int bindWithMode(int fd, Sockaddr address, int mode);

    /**
     * Reads the address that getsockname(2) gave.
     *
     * @param length of it, in bytes
     * @return null when it is of another family, or has no name
     */
    Address readSockaddrUn(MemorySegment sockaddr, int length);

    /** How sendmsg(2) and recvmsg(2) take a message. */
    MessageFormat messageFormat();

    /** Whether a message can bring its sender's credentials. */
    boolean hasMessageCredentials();

    /** {@code SO_PASSCRED}, where there is that. */
    int soPasscred();

    /**
     * A descriptor of the process at the other end of {@code fd}: {@code SO_PEERPIDFD}.
     *
     * @return it or {@code -errno}: {@code -ENOPROTOOPT} where this system has none
     */
    int peerPidfd(int fd);

    /**
     * The security label of the peer, {@code SO_PEERSEC}.
     *
     * @return how many bytes it has, or {@code -errno}: {@code -ENOPROTOOPT} where there are no
     *     labels
     */
    int peerLabel(int fd, MemorySegment label);

    /**
     * A file in memory, of 0 bytes.
     *
     * @param name in C
     * @return its descriptor or {@code -errno}
     * @throws UnsupportedOperationException if there is none here
     */
    int memoryFile(MemorySegment name);

    /** Whether memory can be made a file, and its size be sealed. */
    boolean sealsMemory();

    /** {@code F_ADD_SEALS}, or an {@link UnsupportedOperationException}. */
    int addSeals();

    /** {@code F_GET_SEALS}, or an {@link UnsupportedOperationException}. */
    int getSeals();

    /**
     * Asks that this process take part in {@link #barrierForAll}: membarrier(2).
     *
     * @return 0 or {@code -errno}: {@code -ENOSYS} where there is none
     */
    int registerForBarriers();

    /**
     * A full memory barrier in each running thread of each process that has registered.
     *
     * @return 0 or {@code -errno}
     */
    int barrierForAll();

    /** Whether there is {@code SOCK_SEQPACKET} in AF_UNIX. */
    boolean hasSeqpacket();

    /**
     * socketpair(2).
     *
     * @param fds room for two ints
     * @return 0 or {@code -errno}
     */
    int socketpair(int type, MemorySegment fds);

    /** What the names of listxattr(2) and its like begin with where no link is to be followed. */
    String xattrPrefix();

    /** The last argument of those calls. */
    int xattrOptions();

    /** {@code gr_gid} of the {@code struct group} at that address. */
    int groupId(MemorySegment group);

    /** {@code pw_uid} of the {@code struct passwd} at that address. */
    int userId(MemorySegment passwd);

    /** {@code MSG_NOSIGNAL}, or 0 where {@link #suppressSigpipe} does its work. */
    int msgNosignal();

    /**
     * socket(2).
     *
     * @param calls whether the descriptor is close-on-exec
     * @param blocking whether it has no {@code O_NONBLOCK}
     * @return the descriptor or {@code -errno}
     */
    int socket(int domain, int type, Calls calls, boolean blocking);

    /**
     * accept(2), or accept4(2).
     *
     * @return the descriptor or {@code -errno}
     */
    int accept(int fd, Calls calls);

    /** Whether {@link #accept} is accept4(2) where it is to be safe. */
    boolean hasAccept4();

    /**
     * pipe2(2): two ends that are close-on-exec and never wait.
     *
     * @return 0 or {@code -errno}
     */
    int pipe(MemorySegment fds);

    /** {@code F_SETFD}. */
    int fSetfd();

    /** {@code FD_CLOEXEC}. */
    int fdCloexec();

    /** The signal with which the JDK ends blocked calls; see {@link InterruptSignal}. */
    int interruptSignal();

    /** Size in bytes of {@code struct sigaction}, which begins with the handler's address. */
    int sigactionBytes();

    /** {@code F_SETFL}. */
    int fSetfl();

    /** {@code O_NONBLOCK}. */
    int oNonblock();

    /** The best way that there is here to wait for many sockets. */
    Poller openPoller() throws IOException;

    /** The same for the poller that wakes parked threads. */
    Wakeups openWakeups() throws SyscallException;

    private static Platform detect() {
        NativeAccess.require();
        String name = System.getProperty("os.name");
        String arch = System.getProperty("os.arch");
        boolean knownArch = arch.equals("amd64") || arch.equals("x86_64") || arch.equals("aarch64");
        if (knownArch && name.equals("Linux")) {
            return new LinuxPlatform();
        }
        if (knownArch && name.startsWith("Mac")) {
            return new MacOsPlatform();
        }
        throw new UnsatisfiedLinkError(
                "dev.unixsocket.ffi knows the system calls of Linux and macOS on x86-64 and"
                        + " aarch64, not of %s on %s".formatted(name, arch));
    }
}
