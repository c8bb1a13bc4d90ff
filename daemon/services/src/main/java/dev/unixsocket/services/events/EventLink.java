package dev.unixsocket.services.events;

import dev.unixsocket.ffi.StreamSocket;
import dev.unixsocket.ffi.SyscallException;
import dev.unixsocket.services.wire.DurationText;
import dev.unixsocket.services.wire.FrameException;
import dev.unixsocket.services.wire.FrameReader;
import dev.unixsocket.services.wire.FrameWriter;
import dev.unixsocket.services.wire.LingeringClose;

import java.io.Closeable;
import java.io.IOException;
import java.lang.System.Logger;
import java.lang.System.Logger.Level;
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

    private static final Logger LOG = System.getLogger("dev.unixsocket.events");

    /** How many messages are handed over at once. */
    private static final int BATCH = 256;

    /** How long a server that never answers may take to read what was sent. */
    private static final Duration FINISH = Duration.ofSeconds(1);

    private final StreamSocket socket;
    private final FrameReader reader;
    private final FrameWriter writer;
    private final EventName name;
    private boolean first = true;

    private EventLink(StreamSocket socket, EventClientBuilder.Terms terms) {
        this.socket = socket;
        this.name = terms.name();
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
                                .formatted(terms.name(), DurationText.of(timeout)));
            }
            throw new EventException.ConnectionFailed("no server of " + terms.name(), e);
        }
    }

    /**
     * Waits for messages.
     *
     * @return those that are here; empty when the server has ended the stream
     * @throws EventException.MaxConnectionsReached if the server has no room
     * @throws FrameException if what came is no frame
     */
    List<EventMessage> read() throws IOException {
        List<EventMessage> batch = new ArrayList<>();
        do {
            if (reader.next(Duration.ZERO) != FrameReader.Outcome.FRAME) {
                return batch;
            }
            Optional<EventMessage> message = decode();
            if (message.isPresent()) {
                if (first) {
                    first = false;
                    checkAdmitted(message.get());
                }
                batch.add(message.get());
            }
        } while (batch.isEmpty() || reader.hasNext() && batch.size() < BATCH);
        return batch;
    }

    /** As {@link #read}, one message; none when the time is over, or it made no sense. */
    Optional<EventMessage> read(Duration timeout) throws IOException {
        return switch (reader.next(timeout)) {
            case FRAME -> decode();
            case NOTHING -> Optional.empty();
            case END -> throw new EventException.ConnectionFailed("the server has ended");
        };
    }

    /** A message that makes no sense is skipped: the next one may. */
    private Optional<EventMessage> decode() {
        try {
            return Optional.of(EventMessage.of(reader.message()));
        } catch (FrameException e) {
            LOG.log(
                    Level.WARNING,
                    () -> "skipped a message of " + name + "'s server: " + e.getMessage());
            return Optional.empty();
        }
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

    /** Ends the output, and waits a moment for the server to read to its end. */
    void finish() throws IOException {
        LingeringClose.begin(socket, FINISH);
    }

    @Override
    public void close() {
        socket.close();
    }
}
