package dev.unixsocket.services.events;

import dev.unixsocket.ffi.StreamSocket;
import dev.unixsocket.ffi.SyscallException;
import dev.unixsocket.services.wire.FrameException;
import dev.unixsocket.services.wire.FrameReader;
import dev.unixsocket.services.wire.FrameWriter;

import java.io.Closeable;
import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * One connection of a client.
 *
 * <p>One thread may read while others write.
 */
final class EventLink implements Closeable {

    /** How many messages are handed over at once. */
    private static final int BATCH = 256;

    private final StreamSocket socket;
    private final FrameReader reader;
    private final FrameWriter writer;
    private boolean first = true;

    private EventLink(StreamSocket socket, EventClientBuilder.Terms terms) {
        this.socket = socket;
        this.reader = new FrameReader(socket, terms.maxFrameBytes(), ChannelProtocol.IO_TIMEOUT);
        this.writer = new FrameWriter(socket, terms.settings().defaultTimeout());
    }

    static EventLink open(EventClientBuilder.Terms terms) throws EventException {
        Duration timeout = terms.settings().defaultTimeout();
        try {
            return new EventLink(StreamSocket.connect(terms.locator().find(), timeout), terms);
        } catch (EventException e) {
            throw e;
        } catch (IOException | IllegalArgumentException e) {
            if (e instanceof SyscallException call && call.timedOut()) {
                throw new EventException.TimeoutExpired(
                        "the server of %s took no connection within %s"
                                .formatted(terms.name(), timeout));
            }
            throw new EventException.ConnectionFailed("no server of " + terms.name(), e);
        }
    }

    /**
     * Waits for messages.
     *
     * @return those that are here; empty when the server has ended the stream
     * @throws EventException.MaxConnectionsReached if the server has no room
     * @throws FrameException if what came is no message
     */
    List<EventMessage> read() throws IOException {
        List<EventMessage> batch = new ArrayList<>();
        do {
            if (reader.next(Duration.ZERO) != FrameReader.Outcome.FRAME) {
                return batch;
            }
            EventMessage message = EventMessage.of(reader.message());
            if (first) {
                first = false;
                checkAdmitted(message);
            }
            batch.add(message);
        } while (reader.hasNext() && batch.size() < BATCH);
        return batch;
    }

    /** As {@link #read}, one message, or none when the time is over. */
    Optional<EventMessage> read(Duration timeout) throws IOException {
        return switch (reader.next(timeout)) {
            case FRAME -> Optional.of(EventMessage.of(reader.message()));
            case NOTHING -> Optional.empty();
            case END -> throw new EventException.ConnectionFailed("the server has ended");
        };
    }

    private static void checkAdmitted(EventMessage message)
            throws EventException.MaxConnectionsReached {
        if (message.type() == EventMessage.Type.ERROR
                && Control.MAX_CONNECTIONS.equals(message.data().get(Control.ERROR))) {
            throw new EventException.MaxConnectionsReached(
                    "the server takes no more clients: " + message.data().get(Control.DETAILS));
        }
    }

    /** Sends a frame; a server that does not take it in time is given up. */
    synchronized void write(byte[] frame) throws EventException {
        try {
            writer.add(frame);
            writer.flush();
        } catch (SyscallException e) {
            socket.shutdown(); // half a frame may have gone
            if (e.timedOut()) {
                throw new EventException.TimeoutExpired("the server did not take the message");
            }
            throw new EventException.ConnectionFailed("the message was not sent", e);
        } catch (IOException e) {
            throw new EventException.ConnectionFailed("the message was not sent", e);
        }
    }

    @Override
    public void close() {
        socket.close();
    }
}
