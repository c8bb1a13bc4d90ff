package dev.unixsocket.bench.peer;

import dev.unixsocket.ffi.Poller;
import dev.unixsocket.ffi.Registration;
import dev.unixsocket.ffi.StreamListener;
import dev.unixsocket.ffi.StreamSocket;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;

/** This project's {@link Poller}: one thread for all connections. A server only. */
final class PollerTransport implements Transport {

    private static final int BACKLOG = 128;

    @Override
    public Server serve(String service, Endpoint endpoint, Pause pause) throws IOException {
        StreamListener listener = StreamListener.bind(endpoint.address()).listen(BACKLOG);
        Thread.ofPlatform().daemon().name("poller").start(() -> run(listener, pause));
        return new Server() {
            @Override
            public Endpoint endpoint() {
                return endpoint;
            }

            @Override
            public void close() {
                listener.close();
            }
        };
    }

    @Override
    public Session open(Task task, Endpoint server) {
        throw new IllegalArgumentException("the poller is a server only");
    }

    private static void run(StreamListener listener, Pause pause) {
        try (Poller poller = Poller.open()) {
            poller.register(listener, _ -> accept(listener, poller, pause));
            while (listener.isOpen()) {
                poller.dispatch();
            }
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static void accept(StreamListener listener, Poller poller, Pause pause) {
        try {
            for (StreamSocket socket; listener.acceptNow(socket = StreamSocket.closed()); ) {
                new Conversation(socket, poller, pause);
            }
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** A connection of the service {@code many}. */
    private static final class Conversation {

        private final StreamSocket socket;
        private final Pause pause;
        private final Arena arena = Arena.ofConfined();
        private final MemorySegment buffer = arena.allocate(Hello.SMALL_BUFFER);
        private final Registration registration;
        private Hello hello;
        private int received;

        Conversation(StreamSocket socket, Poller poller, Pause pause) throws IOException {
            this.socket = socket;
            this.pause = pause;
            registration = poller.register(socket, Poller.READ, _ -> read());
        }

        private void read() {
            try {
                int wanted = hello == null ? Hello.BYTES : hello.payload();
                long got = socket.readNow(buffer, received, wanted - received);
                if (got == 0) {
                    close();
                } else if (got > 0 && (received += (int) got) == wanted) {
                    received = 0;
                    answer();
                }
            } catch (IOException gone) {
                close();
            }
        }

        private void answer() throws IOException {
            if (hello == null) {
                hello = Hello.read(buffer.asByteBuffer());
                if (!hello.fits(Hello.SMALL_BUFFER)) {
                    close();
                }
                return;
            }
            pause.beforeAnswer();
            if (socket.writeNow(buffer, 0, hello.payload()) != hello.payload()) {
                throw new IOException("a client that waits for an answer had no room for it");
            }
        }

        private void close() {
            registration.cancel();
            socket.close();
            arena.close();
        }
    }
}
