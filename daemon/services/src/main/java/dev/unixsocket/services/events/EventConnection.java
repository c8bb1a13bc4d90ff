package dev.unixsocket.services.events;

import dev.unixsocket.ffi.Address;
import dev.unixsocket.ffi.PeerCredentials;
import dev.unixsocket.ffi.StreamSocket;
import dev.unixsocket.services.connections.Connection;
import dev.unixsocket.services.connections.OutboundQueue;
import dev.unixsocket.services.server.Meter;
import dev.unixsocket.services.wire.FrameException;
import dev.unixsocket.services.wire.FrameReader;
import dev.unixsocket.services.wire.FrameWriter;
import dev.unixsocket.services.wire.LingeringClose;

import java.io.IOException;
import java.lang.System.Logger;
import java.lang.System.Logger.Level;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * One connection of a server: a thread that reads, and another that writes what waits in its queue,
 * so that a peer that reads slowly holds up nobody else.
 *
 * <p>{@link #serve} belongs to one thread, the other methods may be called from any.
 */
final class EventConnection {

    private static final Logger LOG = System.getLogger("dev.unixsocket.events");

    /**
     * A connection on which nothing comes for so long is a subscriber; one that is not says so at
     * once.
     */
    private static final Duration DECISION = Duration.ofMillis(100);

    /**
     * Several batches: the kernel wakes a writer of AF_UNIX only when three quarters are free, and
     * TCP's buffer grows by itself.
     */
    private static final int SEND_BUFFER_BYTES = 512 * 1024;

    private final String id;
    private final Instant connectedAt = Instant.now();
    private final StreamSocket socket;
    private final Optional<PeerCredentials> peer;
    private final OutboundQueue queue;
    private final Channel channel;
    private final ChannelProtocol protocol;
    private final FrameReader reader;
    private final FrameWriter writer;
    private final Meter meter;
    private List<byte[]> handedOver = List.of();
    private boolean ours;

    EventConnection(
            String id,
            Connection connection,
            OutboundQueue queue,
            Channel channel,
            ChannelProtocol protocol) {
        this.id = id;
        this.socket = connection.socket();
        this.peer = connection.peer();
        this.queue = queue;
        this.channel = channel;
        this.protocol = protocol;
        this.reader = protocol.reader(connection);
        this.writer = new FrameWriter(socket, ChannelProtocol.IO_TIMEOUT);
        this.meter = connection.meter();
        // At a stop, the peer has what waits for it, then the stream to it ends.
        connection.atStop(queue::end);
    }

    String id() {
        return id;
    }

    OutboundQueue queue() {
        return queue;
    }

    EventClientInfo info() {
        return new EventClientInfo(id, connectedAt, peer, queue.size(), queue.dropped());
    }

    /** Adds a frame to what waits for the peer. */
    void deliver(byte[] frame) {
        if (queue.offer(frame) == OutboundQueue.Outcome.DISCONNECT) {
            LOG.log(Level.INFO, () -> id + " does not keep up and is disconnected");
            disconnect();
        }
    }

    void serve() throws IOException {
        channel.join(this);
        try {
            Optional<EventMessage> first = Optional.empty();
            switch (reader.next(DECISION)) {
                case FRAME -> first = decode();
                case NOTHING -> {}
                case END -> {
                    return; // a test whether somebody listens
                }
            }
            if (first.filter(Control::isPublishOnly).isPresent()) {
                ours = true;
                channel.leave(this);
                queue.forget();
                publish();
            } else {
                subscribe(first);
            }
        } catch (FrameException e) { // of the first message
            refuse("bad message", e.getMessage());
        } finally {
            channel.leave(this);
        }
    }

    private void publish() throws IOException {
        Thread writing = startWriting();
        try {
            read();
        } finally {
            awaitEnd(writing);
        }
    }

    private void subscribe(Optional<EventMessage> first) throws IOException {
        Optional<List<byte[]>> earlier = channel.subscribe(this);
        if (earlier.isEmpty()) {
            refuse(
                    Control.MAX_CONNECTIONS,
                    "all %d connections are taken".formatted(channel.maxConnections()));
            return;
        }
        handedOver = earlier.get();
        if (!(socket.address() instanceof Address.Loopback)) {
            socket.sendBuffer(SEND_BUFFER_BYTES);
        }
        Thread writing = startWriting();
        try {
            protocol.connected(this);
            first.ifPresent(this::handle);
            read();
        } finally {
            awaitEnd(writing);
            protocol.disconnected(this);
        }
    }

    private Thread startWriting() {
        return Thread.ofVirtual().name("writer-" + id).start(this::write);
    }

    private void read() throws IOException {
        try {
            while (reader.next(Duration.ZERO) == FrameReader.Outcome.FRAME) {
                decode().ifPresent(this::received);
            }
        } catch (FrameException e) {
            LOG.log(Level.DEBUG, () -> id + " sent a bad message: " + e.getMessage());
            meter.failed(ChannelProtocol.BAD_MESSAGE);
            queue.offer(protocol.refusal("bad message", e.getMessage()));
            queue.end(); // the writer ends the output when all is written
            LingeringClose.awaitEnd(socket, LingeringClose.LIMIT);
        } finally {
            queue.abandon();
        }
    }

    /** A message that makes no sense is skipped, as in the original: the next one may. */
    private Optional<EventMessage> decode() {
        meter.received(reader.frameBytes());
        try {
            return Optional.of(EventMessage.of(reader.message()));
        } catch (FrameException e) {
            LOG.log(Level.WARNING, () -> id + ": skipped a message: " + e.getMessage());
            meter.failed(ChannelProtocol.BAD_MESSAGE);
            return Optional.empty();
        }
    }

    private void received(EventMessage message) {
        if (Control.isPublishOnly(message)) {
            ours = true;
            channel.giveBack(this, handedOver); // it says so late
            handedOver = List.of();
        } else {
            handle(message);
        }
    }

    private void handle(EventMessage message) {
        long begun = meter.now();
        protocol.received(this, message);
        meter.served(meter.now() - begun);
    }

    /** Whether it has said what only clients of this library say. */
    boolean isOurs() {
        return ours;
    }

    private void write() {
        List<byte[]> batch = new ArrayList<>();
        try {
            while (queue.take(batch)) {
                batch.forEach(writer::add);
                writer.flush();
                batch.forEach(frame -> meter.sent(frame.length));
                batch.clear();
            }
            socket.shutdownOutput();
        } catch (IOException e) {
            LOG.log(Level.DEBUG, () -> id + ": " + e.getMessage());
            disconnect(); // the reader then ends too
        } catch (InterruptedException e) {
            socket.shutdown();
        } catch (Error e) {
            LOG.log(Level.ERROR, id + " cannot be written to", e);
            socket.shutdown();
        }
    }

    private void refuse(String error, String details) throws IOException {
        LOG.log(Level.DEBUG, () -> "refused a connection: " + details);
        writer.add(protocol.refusal(error, details));
        writer.flush();
        LingeringClose.begin(socket, LingeringClose.LIMIT);
    }

    private void awaitEnd(Thread writing) {
        queue.end();
        try {
            if (!writing.join(LingeringClose.LIMIT)) {
                socket.shutdown();
                writing.join();
            }
        } catch (InterruptedException e) {
            socket.shutdown();
            Thread.currentThread().interrupt();
        }
    }

    /** Ends the connection now. */
    void disconnect() {
        queue.abandon();
        socket.shutdown();
    }
}
