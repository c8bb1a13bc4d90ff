package dev.unixsocket.bench.peer;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.SocketChannel;
import java.time.Duration;

/** A connection of any library that gives a {@link SocketChannel}, in blocking mode. */
final class ChannelConnection<C extends SocketChannel> implements Connection {

    /** What each library does in its own way. */
    interface Options<C> {

        /** As {@link Connection#authenticate}. */
        void authenticate(C channel) throws IOException;

        /** As {@link Connection#timeouts}. */
        void timeouts(C channel, Duration receive, Duration send) throws IOException;
    }

    private final C channel;
    private final ByteBuffer bytes;
    private final Options<C> options;

    ChannelConnection(C channel, Buffer buffer, Options<C> options) {
        this.channel = channel;
        this.bytes = buffer.bytes();
        this.options = options;
    }

    @Override
    public boolean read(int offset, int length) throws IOException {
        bytes.clear().position(offset).limit(offset + length);
        while (bytes.hasRemaining()) {
            if (channel.read(bytes) < 0) {
                return false;
            }
        }
        return true;
    }

    @Override
    public void write(int length) throws IOException {
        bytes.clear().limit(length);
        while (bytes.hasRemaining()) {
            channel.write(bytes);
        }
    }

    @Override
    public void authenticate() throws IOException {
        options.authenticate(channel);
    }

    @Override
    public void timeouts(Duration receive, Duration send) throws IOException {
        options.timeouts(channel, receive, send);
    }

    @Override
    public void close() throws IOException {
        channel.close();
    }
}
