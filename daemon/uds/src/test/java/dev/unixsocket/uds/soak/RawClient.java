package dev.unixsocket.uds.soak;

import dev.unixsocket.ffi.Address;
import dev.unixsocket.ffi.UnixSocket;

import java.io.IOException;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Random;
import java.util.concurrent.locks.LockSupport;

/** A connection of a client that does not do what it should. */
final class RawClient implements AutoCloseable {

    private static final int PATIENCE_MILLIS = 30_000;

    private final UnixSocket socket;

    RawClient(Path path) throws IOException {
        socket = new UnixSocket(Address.path(path));
        socket.setSoTimeout(PATIENCE_MILLIS);
        try {
            socket.connect(InetSocketAddress.createUnresolved("", 0), PATIENCE_MILLIS);
        } catch (IOException e) {
            socket.close();
            throw e;
        }
    }

    /** Sends the beginning of a message, and neither more nor an end for some time. */
    static void halfOpen(Path path, byte[] message, Duration time) throws IOException {
        try (RawClient client = new RawClient(path)) {
            client.send(beginning(message));
            pause(time);
        }
    }

    /** Sends a message and leaves without its answer. */
    static void abort(Path path, byte[] message) throws IOException {
        try (RawClient client = new RawClient(path)) {
            client.send(message);
        }
    }

    /** Sends a message with some bytes changed, and takes what comes. */
    static void mutated(Path path, byte[] message, Random random) throws IOException {
        byte[] bytes = message.clone();
        for (int i = random.nextInt(4); i >= 0; i--) {
            bytes[random.nextInt(bytes.length)] = (byte) random.nextInt();
        }
        try (RawClient client = new RawClient(path)) {
            client.send(bytes);
            client.socket.shutdownOutput();
            client.socket.getInputStream().readAllBytes();
        }
    }

    /** Sends a message, takes little of the answer, and leaves after some time. */
    static void slow(Path path, byte[] message, Duration time) throws IOException {
        try (RawClient client = new RawClient(path)) {
            client.send(message);
            client.socket.getInputStream().readNBytes(10);
            pause(time);
        }
    }

    RawClient send(byte[] bytes) throws IOException {
        socket.getOutputStream().write(bytes);
        return this;
    }

    /** Reads that many bytes, or what comes before the end. */
    String read(int bytes) throws IOException {
        return new String(socket.getInputStream().readNBytes(bytes), StandardCharsets.ISO_8859_1);
    }

    private static byte[] beginning(byte[] message) {
        return java.util.Arrays.copyOf(message, Math.max(1, message.length / 2));
    }

    static void pause(Duration time) {
        long end = System.nanoTime() + time.toNanos();
        for (long left = time.toNanos(); left > 0; left = end - System.nanoTime()) {
            LockSupport.parkNanos(left);
        }
    }

    @Override
    public void close() {
        socket.close();
    }
}
