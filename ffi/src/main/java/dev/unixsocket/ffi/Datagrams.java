package dev.unixsocket.ffi;

import static java.lang.foreign.ValueLayout.JAVA_BYTE;

import java.io.IOException;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.util.Objects;

/** Sends single datagrams on AF_UNIX, as sd_notify(3) does. Stateless, thread-safe. */
public final class Datagrams {

    private Datagrams() {}

    /**
     * Sends one datagram: socket(2), connect(2), send(2), close(2). Waits while the receiver's
     * queue is full.
     *
     * @param address a path or an abstract name
     * @param datagram its bytes, which may be none
     * @throws SyscallException if a call fails: {@code ECONNREFUSED} or {@code ENOENT} when nobody
     *     receives there, {@code EMSGSIZE} when it is too long
     */
    public static void send(Address address, byte[] datagram) throws IOException {
        Objects.requireNonNull(datagram, "datagram");
        try (DatagramSocket socket = DatagramSocket.unnamed();
                Arena arena = Arena.ofConfined()) {
            MemorySegment bytes = arena.allocateFrom(JAVA_BYTE, datagram);
            socket.connect(address).send(bytes, 0, datagram.length);
        }
    }
}
