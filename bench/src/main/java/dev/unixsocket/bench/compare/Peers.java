package dev.unixsocket.bench.compare;

import static dev.unixsocket.bench.peer.Endpoint.Kind.ABSTRACT;
import static dev.unixsocket.bench.peer.Endpoint.Kind.SEQPACKET;
import static dev.unixsocket.bench.peer.Endpoint.Kind.TCP;
import static dev.unixsocket.bench.peer.Endpoint.Kind.UNIX;

import dev.unixsocket.bench.peer.Endpoint;

import java.util.ArrayList;
import java.util.List;

/** The peers there are. Another one is a line here, and a transport if it speaks in a new way. */
public final class Peers {

    private static final Program FFM = java("ffm");
    private static final Program JDK = java("jdk");
    private static final Program C = new Program.C(JavaCommand.target().resolve("c"));

    /** What is measured when nobody says otherwise; the first is the base of the tables. */
    public static final List<Peer> ALL =
            List.of(
                    pair("c", "C, AF_UNIX", UNIX, C),
                    pair("ffm", "FFM (this project), AF_UNIX by path", UNIX, FFM),
                    pair("ffm-abstract", "FFM, AF_UNIX by abstract name", ABSTRACT, FFM),
                    pair("ffm-seqpacket", "FFM, SOCK_SEQPACKET", SEQPACKET, java("seqpacket")),
                    pair("jdk", "JDK SocketChannel, AF_UNIX", UNIX, JDK),
                    pair("junixsocket", "junixsocket, AF_UNIX", UNIX, java("junixsocket")),
                    pair("netty", "Netty epoll, AF_UNIX", UNIX, java("netty")),
                    pair("jnr-unixsocket", "jnr-unixsocket, AF_UNIX", UNIX, java("jnr")),
                    new Peer("ffm-client-c-server", "FFM client, C server", UNIX, FFM, C),
                    new Peer("c-client-ffm-server", "C client, FFM server", UNIX, C, FFM),
                    pair("c-tcp", "C, TCP loopback", TCP, C),
                    pair("ffm-tcp", "FFM, TCP loopback", TCP, FFM),
                    pair("jdk-tcp", "JDK SocketChannel, TCP loopback", TCP, JDK));

    /** Peers with a known fault, for whoever wants to see whether the harness shows it. */
    public static final List<Peer> CONTROLS =
            List.of(
                    new Peer(
                            "ffm-delayed",
                            "FFM, whose server spins for 100 µs before each answer",
                            UNIX,
                            FFM,
                            new Program.Java("ffm", List.of("delay", "100"))),
                    pair("ffm-again", "FFM once more: what chance alone does", UNIX, FFM));

    private Peers() {}

    private static Program java(String transport) {
        return new Program.Java(transport, List.of());
    }

    private static Peer pair(String name, String about, Endpoint.Kind kind, Program both) {
        return new Peer(name, about, kind, both, both);
    }

    /**
     * The peer of that name, a control too.
     *
     * @throws IllegalArgumentException if there is none
     */
    public static Peer named(String name) {
        List<Peer> known = new ArrayList<>(ALL);
        known.addAll(CONTROLS);
        return known.stream()
                .filter(peer -> peer.name().equals(name))
                .findFirst()
                .orElseThrow(
                        () ->
                                new IllegalArgumentException(
                                        "no peer \""
                                                + name
                                                + "\"; there are "
                                                + String.join(
                                                        ", ",
                                                        known.stream().map(Peer::name).toList())));
    }
}
