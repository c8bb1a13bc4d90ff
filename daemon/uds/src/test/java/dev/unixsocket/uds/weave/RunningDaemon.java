package dev.unixsocket.uds.weave;

import dev.unixsocket.testing.Program;

import java.io.IOException;
import java.net.StandardProtocolFamily;
import java.net.UnixDomainSocketAddress;
import java.nio.ByteBuffer;
import java.nio.channels.Channels;
import java.nio.channels.SocketChannel;
import java.nio.file.Path;

/** {@code weave-compute} as a process of its own, and clients of the JDK's that talk to it. */
record RunningDaemon(Program program, Path socket) implements AutoCloseable {

    /** Starts it with that runtime directory and waits until it listens. */
    static RunningDaemon start(Path runtimeDirectory, String... options) {
        Program program =
                Program.dist("weave-compute", options)
                        .environment("XDG_RUNTIME_DIR", runtimeDirectory.toString())
                        .start()
                        .awaitStderr("listening on");
        return new RunningDaemon(program, socketIn(runtimeDirectory));
    }

    static Path socketIn(Path runtimeDirectory) {
        return runtimeDirectory.resolve("weave").resolve("weave.sock");
    }

    /** A connection by the JDK's own channel, which shares no code with the daemon. */
    SocketChannel connect() throws IOException {
        return connect(socket);
    }

    static SocketChannel connect(Path socket) throws IOException {
        SocketChannel channel = SocketChannel.open(StandardProtocolFamily.UNIX);
        channel.connect(UnixDomainSocketAddress.of(socket));
        return channel;
    }

    /** Sends these bytes and returns all that comes back until the daemon closes. */
    byte[] exchange(byte[] message) throws IOException {
        try (SocketChannel channel = connect()) {
            send(channel, message);
            return readAll(channel);
        }
    }

    static void send(SocketChannel channel, byte[] bytes) throws IOException {
        ByteBuffer buffer = ByteBuffer.wrap(bytes);
        while (buffer.hasRemaining()) {
            channel.write(buffer);
        }
    }

    static byte[] readAll(SocketChannel channel) throws IOException {
        return Channels.newInputStream(channel).readAllBytes();
    }

    @Override
    public void close() {
        program.close();
    }
}
