package dev.unixsocket.uds.observatory;

import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.unixsocket.ffi.Address;
import dev.unixsocket.ffi.StreamSocket;
import dev.unixsocket.services.observatory.EngineFactory;
import dev.unixsocket.services.observatory.EventFormat;
import dev.unixsocket.services.observatory.Memory;
import dev.unixsocket.services.observatory.Observatory;
import dev.unixsocket.services.observatory.Settings;
import dev.unixsocket.services.server.AccessPolicy;
import dev.unixsocket.services.server.Listener;
import dev.unixsocket.services.server.ListenerSpec;
import dev.unixsocket.testing.Program;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;

/** The service in this process, with a reader that collects what comes out. */
final class RunningObservatory implements AutoCloseable {

    static final Duration PATIENCE = Program.PATIENCE;

    /** The engines, as a module finds them. */
    enum Kind {
        NETTY,
        FFM;

        EngineFactory factory() {
            return EngineFactory.all().stream()
                    .filter(factory -> factory.name().equals(toString()))
                    .findAny()
                    .orElseThrow();
        }

        @Override
        public String toString() {
            return name().toLowerCase(Locale.ROOT);
        }
    }

    private final Path socket;
    private final Path outputSocket;
    private final Observatory observatory;
    private final Thread thread;
    private final Peer reader;
    private final BlockingQueue<String> lines = new LinkedBlockingQueue<>();

    private RunningObservatory(
            Kind kind, Duration requestLimit, Duration idleLimit, long bodyBytes, Path folder) {
        socket = folder.resolve(kind + "-in");
        outputSocket = folder.resolve(kind + "-out");
        Settings settings =
                new Settings(
                        EventFormat.JSON_LINE,
                        Optional.empty(),
                        requestLimit,
                        idleLimit,
                        bodyBytes);
        try {
            observatory =
                    Observatory.open(
                            listen(socket, 0660),
                            Optional.of(listen(outputSocket, 0600)),
                            settings,
                            kind.factory());
            thread = Thread.ofPlatform().daemon().start(this::run);
            reader = new Peer(outputSocket);
            // The answer to a request shows that the reader, who came before it, is known.
            send("GET /health HTTP/1.0\r\n\r\n");
            Thread.ofPlatform().daemon().start(this::collect);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static Listener listen(Path path, int mode) throws IOException {
        AccessPolicy policy = AccessPolicy.anyone();
        Listener open =
                Listener.open(ListenerSpec.locked(Address.path(path), policy).withMode(mode));
        return open;
    }

    private void collect() {
        try {
            while (true) {
                lines.add(reader.readLine());
            }
        } catch (UncheckedIOException theServiceStopped) {
            // all that came is here
        }
    }

    static RunningObservatory start(Kind kind, Path folder) {
        return start(kind, PATIENCE, folder);
    }

    static RunningObservatory start(Kind kind, Duration requestLimit, Path folder) {
        return start(kind, requestLimit, requestLimit, folder);
    }

    /** With a limit to how long a sender may be idle that does not say what it is. */
    static RunningObservatory start(
            Kind kind, Duration requestLimit, Duration idleLimit, Path folder) {
        return new RunningObservatory(kind, requestLimit, idleLimit, Memory.affordable(), folder);
    }

    /** With a limit to what all bodies together may take. */
    static RunningObservatory start(Kind kind, long bodyBytes, Path folder) {
        return new RunningObservatory(kind, PATIENCE, PATIENCE, bodyBytes, folder);
    }

    private void run() {
        try {
            observatory.run();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    Path socket() {
        return socket;
    }

    Path outputSocket() {
        return outputSocket;
    }

    /** Connects as a sender. */
    Peer connect() {
        return new Peer(socket);
    }

    /** Connects as one more reader. */
    Peer newReader() {
        Peer another = new Peer(outputSocket);
        send("GET /health HTTP/1.0\r\n\r\n");
        return another;
    }

    /** Sends text, ends the stream, and returns all that is answered. */
    String send(String... pieces) {
        List<byte[]> bytes = new ArrayList<>();
        for (String piece : pieces) {
            bytes.add(piece.getBytes(StandardCharsets.ISO_8859_1));
        }
        return send(bytes);
    }

    /** As {@link #send(String...)}. */
    String send(List<byte[]> pieces) {
        try (Peer peer = connect()) {
            for (byte[] piece : pieces) {
                peer.tryToWrite(piece);
            }
            peer.endOutput();
            return peer.readToEnd();
        }
    }

    /** The lines that came out since the last call. */
    List<String> newLines() {
        // A line of our own marks the end of those that came before it.
        send("POST /hook?event=end-of-lines HTTP/1.0\r\n\r\n");
        List<String> found = new ArrayList<>();
        while (true) {
            String line = nextLine();
            if (line.contains("\"_event\":\"end-of-lines\"")) {
                return found;
            }
            found.add(line);
        }
    }

    /** The next line that comes out. */
    String nextLine() {
        try {
            String line = lines.poll(PATIENCE.toSeconds(), TimeUnit.SECONDS);
            assertTrue(line != null, "no line came out");
            return line;
        } catch (InterruptedException e) {
            throw new AssertionError(e);
        }
    }

    Observatory observatory() {
        return observatory;
    }

    /** Asks it to stop and waits until it has. */
    void stop() {
        observatory.stop();
        try {
            assertTrue(thread.join(PATIENCE), "the service did not stop");
        } catch (InterruptedException e) {
            throw new AssertionError(e);
        }
    }

    @Override
    public void close() {
        stop();
        reader.close();
        try {
            observatory.close();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        assertTrue(Files.notExists(socket) && Files.notExists(outputSocket));
    }

    /** One end of a connection to the service. */
    static final class Peer implements AutoCloseable {

        private final StreamSocket connection;
        private final IoBytes in = new IoBytes();

        Peer(Path path) {
            try {
                connection = StreamSocket.connect(Address.path(path), PATIENCE);
                connection.receiveTimeout(PATIENCE);
            } catch (IOException e) {
                throw new UncheckedIOException(e);
            }
        }

        void write(String text) {
            try {
                IoBytes.writeFully(connection, text.getBytes(StandardCharsets.ISO_8859_1));
            } catch (IOException e) {
                throw new UncheckedIOException(e);
            }
        }

        /** Writes unless the service has had enough of it. */
        void tryToWrite(byte[] bytes) {
            try {
                IoBytes.writeFully(connection, bytes);
            } catch (IOException closed) {
                // what it answered is still to be read
            }
        }

        void endOutput() {
            try {
                connection.shutdownOutput();
            } catch (IOException closed) {
                // likewise
            }
        }

        /** All that comes until the end of the stream. */
        String readToEnd() {
            try {
                return in.readToEnd(connection);
            } catch (IOException e) {
                throw new UncheckedIOException(e);
            }
        }

        /** What comes until that text, which is included. */
        String readUntil(String text) {
            try {
                return in.readUntil(connection, text);
            } catch (IOException e) {
                throw new UncheckedIOException(e);
            }
        }

        String readLine() {
            String line = readUntil("\n");
            return line.substring(0, line.length() - 1);
        }

        @Override
        public void close() {
            connection.close();
        }
    }
}
