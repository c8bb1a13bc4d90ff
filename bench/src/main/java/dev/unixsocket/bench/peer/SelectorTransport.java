package dev.unixsocket.bench.peer;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.StandardProtocolFamily;
import java.net.UnixDomainSocketAddress;
import java.nio.ByteBuffer;
import java.nio.channels.SelectionKey;
import java.nio.channels.Selector;
import java.nio.channels.ServerSocketChannel;
import java.nio.channels.SocketChannel;

/** The JDK's {@link Selector}: one thread for all connections. A server only. */
final class SelectorTransport implements Transport {

    private static final int BACKLOG = 128;

    @Override
    public Server serve(String service, Endpoint endpoint, Pause pause) throws IOException {
        ServerSocketChannel listener = ServerSocketChannel.open(StandardProtocolFamily.UNIX);
        listener.bind(UnixDomainSocketAddress.of(endpoint.path()), BACKLOG);
        listener.configureBlocking(false);
        Selector selector = Selector.open();
        listener.register(selector, SelectionKey.OP_ACCEPT);
        Thread.ofPlatform().daemon().name("selector").start(() -> run(selector, listener, pause));
        return new Server() {
            @Override
            public Endpoint endpoint() {
                return endpoint;
            }

            @Override
            public void close() throws IOException {
                listener.close();
                selector.wakeup();
            }
        };
    }

    @Override
    public Session open(Task task, Endpoint server) {
        throw new IllegalArgumentException("the selector is a server only");
    }

    private static void run(Selector selector, ServerSocketChannel listener, Pause pause) {
        try (selector) {
            while (listener.isOpen()) {
                selector.select(key -> ready(key, pause));
            }
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static void ready(SelectionKey key, Pause pause) {
        if (key.attachment() instanceof Conversation conversation) {
            conversation.read();
        } else {
            accept(key, pause);
        }
    }

    private static void accept(SelectionKey key, Pause pause) {
        try {
            ServerSocketChannel listener = (ServerSocketChannel) key.channel();
            for (SocketChannel channel; (channel = listener.accept()) != null; ) {
                channel.configureBlocking(false);
                Conversation conversation = new Conversation(channel, pause);
                channel.register(key.selector(), SelectionKey.OP_READ, conversation);
            }
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** A connection of the service {@code many}. */
    private static final class Conversation {

        private final SocketChannel channel;
        private final Pause pause;
        private final ByteBuffer buffer = ByteBuffer.allocateDirect(Hello.SMALL_BUFFER);
        private Hello hello;

        Conversation(SocketChannel channel, Pause pause) {
            this.channel = channel;
            this.pause = pause;
            buffer.limit(Hello.BYTES);
        }

        void read() {
            try {
                if (channel.read(buffer) < 0) {
                    channel.close();
                } else if (!buffer.hasRemaining()) {
                    answer();
                }
            } catch (IOException gone) {
                close();
            }
        }

        private void answer() throws IOException {
            buffer.flip();
            if (hello == null) {
                hello = Hello.read(buffer);
                if (!hello.fits(Hello.SMALL_BUFFER)) {
                    channel.close();
                    return;
                }
                buffer.clear().limit(hello.payload());
                return;
            }
            pause.beforeAnswer();
            if (channel.write(buffer) != hello.payload()) {
                throw new IOException("a client that waits for an answer had no room for it");
            }
            buffer.clear().limit(hello.payload());
        }

        private void close() {
            try {
                channel.close();
            } catch (IOException closed) {
                // It is closed all the same.
            }
        }
    }
}
