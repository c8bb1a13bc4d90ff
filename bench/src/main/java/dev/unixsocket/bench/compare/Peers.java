package dev.unixsocket.bench.compare;

import static dev.unixsocket.bench.peer.Endpoint.Kind.ABSTRACT;
import static dev.unixsocket.bench.peer.Endpoint.Kind.SEQPACKET;
import static dev.unixsocket.bench.peer.Endpoint.Kind.TCP;
import static dev.unixsocket.bench.peer.Endpoint.Kind.UNIX;

import dev.unixsocket.bench.peer.Endpoint;
import dev.unixsocket.bench.peer.Task;
import dev.unixsocket.bench.peer.Transports;

import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/** The peers there are. Another one is a line here, and a transport if it speaks in a new way. */
public final class Peers {

    private static final Set<String> ROUND_TRIP = Set.of("RoundTrip");
    private static final Set<String> MESSAGES = Set.of("RoundTrip", "Throughput");
    private static final Set<String> SOCKETS =
            Set.of("RoundTrip", "Throughput", "ConnectPerRequest");
    private static final Set<String> CONNECTIONS = Set.of("Connections", "OneBusy");
    private static final int LARGEST = Task.LARGEST_PAYLOAD;
    private static final Program FFM = java("ffm");
    private static final Program JDK = java("jdk");
    private static final Program C = c();
    private static final Program LOAD = new Program.Load(JavaCommand.target().resolve("c"));
    private static final Program C_SHM = c("shm");
    private static final Program FFM_SHM = java("ffm-shm");
    private static final Program AERON =
            new Program.Java("aeron", List.of(), JavaCommand.OPTIONS_FOR_AERON);
    private static final Program URING = java("netty-uring");
    private static final Program GO =
            new Program.Go(
                    JavaCommand.target().resolveSibling("src/main/go/peer.go"),
                    JavaCommand.target().resolve("reference-go"));
    private static final Program C_SPIN =
            c("spin", Long.toString(Transports.SPIN_BUDGET.toNanos() / 1000));

    /** A message of {@code SOCK_SEQPACKET} has to fit into the send buffer. */
    private static final int LARGEST_PACKET = 64 * 1024;

    /** How a call waits shows with small messages; the others would only take time. */
    private static final int SMALL = 64;

    private static final List<Peer> ON_SOCKETS =
            List.of(
                    pair("c", "C, AF_UNIX", UNIX, C),
                    pair("ffm", "FFM (this project), AF_UNIX by path", UNIX, FFM),
                    pair("ffm-abstract", "FFM, AF_UNIX by abstract name", ABSTRACT, FFM),
                    packets("ffm-seqpacket", "FFM, SOCK_SEQPACKET", java("seqpacket")),
                    pair("jdk", "JDK SocketChannel, AF_UNIX", UNIX, JDK),
                    pair("junixsocket", "junixsocket, AF_UNIX", UNIX, java("junixsocket")),
                    pair("netty", "Netty epoll, AF_UNIX", UNIX, java("netty")),
                    pair("jnr-unixsocket", "jnr-unixsocket, AF_UNIX", UNIX, java("jnr")),
                    mixed("ffm-client-c-server", "FFM client, C server", FFM, C),
                    mixed("c-client-ffm-server", "C client, FFM server", C, FFM),
                    waiting("c-spin", "C, spins for 50 µs before the kernel waits", C_SPIN),
                    waiting(
                            "ffm-spin",
                            "FFM, spins for 50 µs before the kernel waits",
                            java("ffm-spin")),
                    waiting(
                            "ffm-adaptive",
                            "FFM, spins as long as that is quicker",
                            java("ffm-adaptive")),
                    waiting("ffm-park", "FFM, parks platform threads", java("ffm-park")),
                    waiting("ffm-virtual", "FFM on virtual threads", java("ffm-virtual")),
                    waiting(
                            "jdk-virtual",
                            "JDK SocketChannel on virtual threads",
                            java("jdk-virtual")),
                    waiting(
                            "junixsocket-virtual",
                            "junixsocket on virtual threads",
                            java("junixsocket-virtual")),
                    withG1("junixsocket-g1", "junixsocket, G1 and 512 MB", "junixsocket"),
                    withG1("netty-g1", "Netty epoll, G1 and 512 MB", "netty"),
                    withG1("jnr-unixsocket-g1", "jnr-unixsocket, G1 and 512 MB", "jnr"),
                    floor("c-pipe", "C, two pipes instead of the socket", c("pipe")),
                    floor(
                            "c-eventfd",
                            "C, shared memory and two eventfds instead of the socket",
                            c("eventfd")),
                    shared(
                            "c-shm",
                            "C, shared memory behind a socket, spins for 50 µs",
                            C_SHM,
                            C_SHM),
                    shared(
                            "ffm-shm",
                            "FFM (this project), shared memory behind a socket, spins for 50 µs",
                            FFM_SHM,
                            FFM_SHM),
                    shared(
                            "ffm-shm-client-c-server",
                            "FFM client, C server, shared memory",
                            FFM_SHM,
                            C_SHM),
                    shared(
                            "c-client-ffm-shm-server",
                            "C client, FFM server, shared memory",
                            C_SHM,
                            FFM_SHM),
                    floor(
                            "ffm-shm-adaptive",
                            "FFM, shared memory, spins as long as that is quicker",
                            java("ffm-shm-adaptive")),
                    shared("aeron", "Aeron IPC, its driver in the server's process", AERON, AERON),
                    new Peer(
                            "netty-uring",
                            "Netty io_uring, AF_UNIX",
                            MESSAGES,
                            LARGEST,
                            UNIX,
                            URING,
                            URING),
                    new Peer("go", "Go's net, AF_UNIX", MESSAGES, LARGEST, UNIX, GO, GO),
                    pair("c-tcp", "C, TCP loopback", TCP, C),
                    pair("ffm-tcp", "FFM, TCP loopback", TCP, FFM),
                    pair("jdk-tcp", "JDK SocketChannel, TCP loopback", TCP, JDK));

    /**
     * What is measured when nobody says otherwise; the first of a benchmark is its tables' base.
     */
    public static final List<Peer> ALL =
            Stream.of(ON_SOCKETS.stream(), daemons(), ipc(), channels())
                    .flatMap(peers -> peers)
                    .toList();

    /** Those of them that no limit and no claim names. */
    private static final Set<String> UNNAMED =
            Set.of(
                    "ffm-abstract",
                    "ffm-seqpacket",
                    "ffm-client-c-server",
                    "c-client-ffm-server",
                    "ffm-park",
                    "junixsocket-virtual",
                    "netty-uring",
                    "go",
                    "junixsocket-g1",
                    "netty-g1",
                    "jnr-unixsocket-g1",
                    "c-pipe",
                    "c-eventfd",
                    "ffm-shm-client-c-server",
                    "c-client-ffm-shm-server");

    /** What is measured when nobody says otherwise, but in a thorough run. */
    static final List<Peer> FEW =
            ALL.stream().filter(peer -> !UNNAMED.contains(peer.name())).toList();

    /**
     * Servers that are measured with many connections, all by the same client; the first is the
     * base. A virtual thread that waits in junixsocket holds its carrier, so on one core its accept
     * would keep the connections from being served: it is not among them.
     */
    public static final List<Peer> MANY =
            List.of(
                    many("c", "C, a thread for each connection", C),
                    many("c-epoll", "C, one thread and epoll", c("epoll")),
                    many("ffm", "FFM (this project), a platform thread each", FFM),
                    many(
                            "ffm-adaptive",
                            "FFM, a platform thread each that spins while that is quicker",
                            java("ffm-adaptive")),
                    many("ffm-virtual", "FFM, a virtual thread each", java("ffm-virtual")),
                    many("ffm-poller", "FFM, one thread and a Poller", java("ffm-poller")),
                    many("jdk", "JDK SocketChannel, a platform thread each", JDK),
                    many(
                            "jdk-virtual",
                            "JDK SocketChannel, a virtual thread each",
                            java("jdk-virtual")),
                    many(
                            "jdk-selector",
                            "JDK SocketChannel, one thread and a Selector",
                            java("jdk-selector")),
                    many("junixsocket", "junixsocket, a platform thread each", java("junixsocket")),
                    many("netty", "Netty epoll, one event loop", java("netty")),
                    many("jnr-unixsocket", "jnr-unixsocket, a platform thread each", java("jnr")));

    /** Peers with a known fault, for whoever wants to see whether the harness shows it. */
    public static final List<Peer> CONTROLS =
            List.of(
                    mixed(
                            "ffm-delayed",
                            "FFM, whose server spins for 100 µs before each answer",
                            FFM,
                            new Program.Java("ffm", List.of("delay", "100"))),
                    pair("ffm-again", "FFM once more: what chance alone does", UNIX, FFM));

    private Peers() {}

    private static Stream<Peer> daemons() {
        return Stream.of(
                daemon("weave-compute", "C client, the daemon of the distribution", List.of()),
                daemon(
                        "weave-compute-spin",
                        "C client, the daemon with --spin=50us",
                        List.of("--spin=50us")));
    }

    private static Peer daemon(String name, String about, List<String> options) {
        return new Peer(
                name,
                about,
                Set.of("ConnectPerRequest"),
                LARGEST,
                UNIX,
                C,
                new Program.Daemon(Distribution.ofTheBuild(), options));
    }

    private static Stream<Peer> ipc() {
        return overBoth("ipc", "uds ipc: MessagePack requests and answers", Set.of("IpcRequest"));
    }

    private static Stream<Peer> channels() {
        return Transports.SUBSCRIBERS.stream()
                .flatMap(
                        subscribers ->
                                overBoth(
                                        "events-" + subscribers,
                                        "uds events: a channel, subscribers: " + subscribers,
                                        Set.of("EventLatency", "EventThroughput")));
    }

    /** A service of messages and its twin over TCP. */
    private static Stream<Peer> overBoth(String name, String about, Set<String> workloads) {
        Program both = java(name);
        return Stream.of(
                new Peer(name, about + ", AF_UNIX", workloads, LARGEST, UNIX, both, both),
                new Peer(
                        name + "-tcp",
                        about + ", TCP loopback",
                        workloads,
                        LARGEST,
                        TCP,
                        both,
                        both));
    }

    private static Program java(String transport) {
        return new Program.Java(transport, List.of());
    }

    private static Program c(String... waiting) {
        return new Program.C(JavaCommand.target().resolve("c"), List.of(waiting));
    }

    private static Peer pair(String name, String about, Endpoint.Kind kind, Program both) {
        return new Peer(name, about, SOCKETS, LARGEST, kind, both, both);
    }

    private static Peer packets(String name, String about, Program both) {
        return new Peer(name, about, MESSAGES, LARGEST_PACKET, SEQPACKET, both, both);
    }

    /** One whose calls wait in another way. */
    private static Peer waiting(String name, String about, Program both) {
        return new Peer(name, about + ", AF_UNIX", ROUND_TRIP, SMALL, UNIX, both, both);
    }

    /** One with another collector and more heap. */
    private static Peer withG1(String name, String about, String transport) {
        return waiting(
                name, about, new Program.Java(transport, List.of(), JavaCommand.OPTIONS_WITH_G1));
    }

    /** One whose messages take another way than the socket; measured with small ones. */
    private static Peer floor(String name, String about, Program both) {
        return new Peer(name, about, ROUND_TRIP, SMALL, UNIX, both, both);
    }

    /** One that shares memory, and whose processes are awake. */
    private static Peer shared(String name, String about, Program client, Program server) {
        return new Peer(name, about, MESSAGES, LARGEST, UNIX, client, server);
    }

    /** A server of many connections. */
    private static Peer many(String name, String about, Program server) {
        return new Peer(name, about, CONNECTIONS, SMALL, UNIX, LOAD, server);
    }

    private static Peer mixed(String name, String about, Program client, Program server) {
        return new Peer(name, about, SOCKETS, LARGEST, UNIX, client, server);
    }

    /** The peer of that name, a control too. */
    public static Optional<Peer> named(String name) {
        return find(Stream.concat(ALL.stream(), CONTROLS.stream()), name);
    }

    /**
     * The peer of that name, a control too.
     *
     * @throws IllegalArgumentException if there is none
     */
    public static Peer require(String name) {
        return named(name).orElseThrow(() -> unknown(name));
    }

    /** Those peers, in that order. */
    static List<Peer> allNamed(List<String> names) {
        return names.stream().map(Peers::require).toList();
    }

    /** Throws unless a server of that name is measured with many connections. */
    static void requireServesMany(String name) {
        find(MANY.stream(), name).orElseThrow(() -> unknown(name));
    }

    private static Optional<Peer> find(Stream<Peer> peers, String name) {
        return peers.filter(peer -> peer.name().equals(name)).findFirst();
    }

    private static IllegalArgumentException unknown(String name) {
        String known =
                Stream.of(ALL, CONTROLS, MANY)
                        .flatMap(List::stream)
                        .map(Peer::name)
                        .distinct()
                        .collect(Collectors.joining(", "));
        return new IllegalArgumentException("no peer \"%s\"; there are %s".formatted(name, known));
    }
}
