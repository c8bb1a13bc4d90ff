package dev.unixsocket.services.events;

import dev.unixsocket.ffi.PeerCredentials;
import dev.unixsocket.ffi.StreamSocket;
import dev.unixsocket.services.server.ConnectionService;
import dev.unixsocket.services.wire.Farewell;
import dev.unixsocket.services.wire.FrameException;
import dev.unixsocket.services.wire.FrameReader;
import dev.unixsocket.services.wire.FrameWriter;

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
 * <p>{@link #run} belongs to one thread, the other methods may be called from any.
 */
final class EventConnection implements ConnectionService.Session {

    private static final Logger LOG = System.getLogger("dev.unixsocket.events");

    /**
     * A connection on which nothing comes for so long is a subscriber; one that is not says so at
     * once.
     */
    private static final Duration DECISION = Duration.ofMillis(100);

    private static final Duration FAREWELL = Duration.ofSeconds(2);

    private final String id;
    private final Instant connectedAt = Instant.now();
    private final StreamSocket socket;
    private final Optional<PeerCredentials> peer;
    private final ServerOptions options;
    private final Channel channel;
    private final Inbound inbound;
    private final OutboundQueue queue;
    private volatile boolean stopping;
    private List<byte[]> handedOver = List.of();

    /** What happens on a connection, for the server. */
    interface Inbound {
        /** A subscriber is there. */
        void connected(EventConnection connection);

        /** It has gone. */
        void disconnected(EventConnection connection);

        /** A message came, from a subscriber or not. */
        void received(EventConnection connection, EventMessage message);

        /** An error message about what came. */
        byte[] refusal(String error, String details);
    }

    EventConnection(
            String id,
            StreamSocket socket,
            Optional<PeerCredentials> peer,
            ServerOptions options,
            Channel channel,
            Inbound inbound) {
        this.id = id;
        this.socket = socket;
        this.peer = peer;
        this.options = options;
        this.channel = channel;
        this.inbound = inbound;
        this.queue =
                new OutboundQueue(
                        options.clientQueueLimit(),
                        ServerOptions.CLIENT_QUEUE_BYTES,
                        options.slowPolicy());
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
        if (!queue.offer(frame)) {
            LOG.log(Level.INFO, () -> id + " does not keep up and is disconnected");
            queue.abandon();
            socket.shutdown();
        }
    }

    @Override
    public void run() throws IOException {
        FrameReader reader = new FrameReader(socket, options.maxFrameBytes(), options.ioTimeout());
        FrameWriter writer = new FrameWriter(socket, options.ioTimeout());
        channel.join(this);
        try {
            serve(reader, writer);
        } finally {
            channel.leave(this);
        }
    }

    private void serve(FrameReader reader, FrameWriter writer) throws IOException {
        Optional<EventMessage> first = Optional.empty();
        try {
            switch (reader.next(DECISION)) {
                case FRAME -> first = Optional.of(EventMessage.of(reader.message()));
                case NOTHING -> {}
                case END -> {
                    return; // a test whether somebody listens
                }
            }
        } catch (FrameException e) {
            refuse(writer, "bad message", e.getMessage());
            return;
        }
        if (first.flatMap(Control::command).equals(Optional.of(Control.PUBLISH_ONLY))) {
            channel.leave(this);
            queue.forget();
            publish(reader, writer);
        } else {
            subscribe(reader, writer, first);
        }
    }

    private void publish(FrameReader reader, FrameWriter writer) throws IOException {
        Thread writing = startWriting(writer);
        try {
            readToEnd(reader);
        } finally {
            awaitEnd(writing);
        }
    }

    private void subscribe(FrameReader reader, FrameWriter writer, Optional<EventMessage> first)
            throws IOException {
        Optional<List<byte[]>> earlier = channel.subscribe(this);
        if (earlier.isEmpty()) {
            refuse(
                    writer,
                    Control.MAX_CONNECTIONS,
                    "all %d connections are taken".formatted(options.maxConnections()));
            return;
        }
        handedOver = earlier.get();
        Thread writing = startWriting(writer);
        try {
            inbound.connected(this);
            first.ifPresent(message -> inbound.received(this, message));
            readToEnd(reader);
        } finally {
            awaitEnd(writing);
            inbound.disconnected(this);
        }
    }

    private Thread startWriting(FrameWriter writer) {
        return Thread.ofPlatform().name("writer-" + id).daemon().start(() -> write(writer));
    }

    private void readToEnd(FrameReader reader) throws IOException {
        if (stopping) {
            queue.end(); // stop() may have come before the writer was there
        }
        read(reader);
        queue.abandon();
    }

    private void read(FrameReader reader) throws IOException {
        try {
            while (reader.next(Duration.ZERO) == FrameReader.Outcome.FRAME) {
                EventMessage message = EventMessage.of(reader.message());
                if (Control.command(message).equals(Optional.of(Control.PUBLISH_ONLY))) {
                    channel.giveBack(this, handedOver); // it says so late
                    handedOver = List.of();
                } else {
                    inbound.received(this, message);
                }
            }
        } catch (FrameException e) {
            LOG.log(Level.DEBUG, () -> id + " sent a bad message: " + e.getMessage());
            queue.offer(inbound.refusal("bad message", e.getMessage()));
            queue.end(); // the writer ends the output when all is written
            Farewell.awaitEnd(socket, FAREWELL);
        } catch (IOException e) {
            queue.abandon();
            throw e;
        }
    }

    private void write(FrameWriter writer) {
        List<byte[]> batch = new ArrayList<>();
        try {
            while (queue.take(batch)) {
                batch.forEach(writer::add);
                batch.clear();
                writer.flush();
            }
            socket.shutdownOutput();
        } catch (IOException e) {
            LOG.log(Level.DEBUG, () -> id + ": " + e.getMessage());
            queue.abandon();
            socket.shutdown(); // the reader then ends too
        } catch (InterruptedException e) {
            socket.shutdown();
        } catch (Error e) {
            LOG.log(Level.ERROR, id + " cannot be written to", e);
            socket.shutdown();
        }
    }

    private void refuse(FrameWriter writer, String error, String details) throws IOException {
        LOG.log(Level.DEBUG, () -> "refused a connection: " + details);
        writer.add(inbound.refusal(error, details));
        writer.flush();
        Farewell.say(socket, FAREWELL);
    }

    private void awaitEnd(Thread writing) {
        queue.end();
        try {
            if (!writing.join(FAREWELL)) {
                socket.shutdown();
                writing.join();
            }
        } catch (InterruptedException e) {
            socket.shutdown();
            Thread.currentThread().interrupt();
        }
    }

    /** Lets the peer have what waits for it, then ends the stream to it. */
    @Override
    public void stop() {
        stopping = true;
        queue.end();
    }

    /** Ends the connection now. */
    void disconnect() {
        queue.abandon();
        socket.shutdown();
    }
}
