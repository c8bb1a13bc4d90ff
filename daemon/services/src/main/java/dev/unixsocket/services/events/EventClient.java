package dev.unixsocket.services.events;

import dev.unixsocket.services.wire.DurationText;
import dev.unixsocket.services.wire.FrameException;

import java.io.Closeable;
import java.io.IOException;
import java.lang.System.Logger;
import java.lang.System.Logger.Level;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;

/**
 * Receives what is broadcast on a channel, and sends to its server. When the connection is lost, it
 * connects again by itself, unless told not to; what was broadcast meanwhile is missed, and no
 * message comes twice.
 *
 * <p>{@link EventClientBuilder} makes one.
 *
 * <p>Thread-safe.
 */
public final class EventClient implements Closeable {

    private static final Logger LOG = System.getLogger("dev.unixsocket.events");

    /** How soon to look again for a server that was never there. */
    private static final Duration FIRST_DELAY = Duration.ofMillis(100);

    /** So many connections that end without a message are no accident. */
    private static final int SUSPICIOUS = 3;

    private static final long FOR_EVER = Long.MAX_VALUE / 4;

    private final EventClientBuilder.Terms terms;
    private final Inbox inbox;
    private final CountDownLatch closing = new CountDownLatch(1);
    private Optional<EventLink> link = Optional.empty();
    private boolean started;

    /** One after the other; of the receiving thread. */
    private int emptyConnections;

    private String lastWarning = "";

    EventClient(EventClientBuilder.Terms terms) {
        this.terms = terms;
        this.inbox = new Inbox(terms.settings().bufferSize());
    }

    /**
     * Connects, and receives on a thread of its own from now on.
     *
     * @throws EventException if there is no server now
     */
    public EventClient connect() throws EventException {
        begin(Optional.of(EventLink.open(terms)));
        return this;
    }

    /** As {@link #connect}, but waits in the background for a server that is not there yet. */
    public EventClient start() {
        begin(Optional.empty());
        return this;
    }

    private synchronized void begin(Optional<EventLink> first) {
        if (started || isClosed()) {
            first.ifPresent(EventLink::close);
            throw new IllegalStateException("the client was started already, or closed");
        }
        started = true;
        link = first;
        Thread.ofPlatform().name("events-" + terms.name()).daemon().start(() -> receive(first));
    }

    private void receive(Optional<EventLink> first) {
        try {
            inbox.end(connectAgainAndAgain(first));
        } catch (InterruptedException e) {
            inbox.end(new EventException.ConnectionFailed("interrupted"));
        } catch (RuntimeException | Error e) {
            LOG.log(Level.ERROR, "the client of " + terms.name() + " failed", e);
            inbox.end(new EventException.ConnectionFailed("the client failed", e));
        } finally {
            adopt(Optional.empty());
        }
    }

    /** Returns why it does not try again. */
    private EventException connectAgainAndAgain(Optional<EventLink> first)
            throws InterruptedException {
        Optional<EventLink> current = first;
        boolean everConnected = false;
        while (true) {
            EventException reason;
            try {
                if (current.isEmpty()) {
                    current = adopt(Optional.of(EventLink.open(terms)));
                }
                everConnected = true;
                reason = deliver(current.get());
            } catch (EventException e) {
                reason = e;
            }
            current = adopt(Optional.empty());
            boolean over = everConnected && terms.reconnectDelay().isEmpty();
            if (over || closing.await(delay(everConnected).toNanos(), TimeUnit.NANOSECONDS)) {
                return reason;
            }
            say(reason);
        }
    }

    private Duration delay(boolean everConnected) {
        Duration delay = terms.reconnectDelay().orElse(FIRST_DELAY);
        return everConnected || delay.compareTo(FIRST_DELAY) < 0 ? delay : FIRST_DELAY;
    }

    /**
     * A server that is not there is waited for without a word. One that talks nonsense, and one
     * that closes one connection after the other without a message, is no server of the channel.
     */
    private void say(EventException reason) {
        boolean strange =
                reason instanceof EventException.MessageInvalid || emptyConnections == SUSPICIOUS;
        boolean told = strange && reason.getMessage().equals(lastWarning);
        if (strange && !told) {
            lastWarning = reason.getMessage();
        }
        boolean noRoom = reason instanceof EventException.MaxConnectionsReached;
        LOG.log(
                noRoom || strange && !told ? Level.WARNING : Level.DEBUG,
                () -> "no connection to " + terms.name() + ": " + reason.getMessage());
    }

    /** Fills the inbox until the connection is lost; returns why. */
    private EventException deliver(EventLink from) throws EventException, InterruptedException {
        try {
            List<EventMessage> batch = from.read();
            emptyConnections = batch.isEmpty() ? emptyConnections + 1 : 0;
            while (!batch.isEmpty()) {
                lastWarning = "";
                batch.removeIf(message -> !terms.types().contains(message.type()));
                if (!batch.isEmpty() && !inbox.put(batch)) {
                    break;
                }
                batch = from.read();
            }
            return new EventException.ConnectionFailed("the server closed the connection");
        } catch (EventException e) {
            throw e;
        } catch (FrameException e) {
            return new EventException.MessageInvalid("the server sent what is no message", e);
        } catch (IOException e) {
            return new EventException.ConnectionFailed("the connection was lost", e);
        }
    }

    /** Makes a connection the current one and closes the one before. */
    private synchronized Optional<EventLink> adopt(Optional<EventLink> next) {
        link.ifPresent(EventLink::close);
        link = next;
        if (isClosed()) {
            link.ifPresent(EventLink::close);
        }
        return link;
    }

    /**
     * Waits for the next message.
     *
     * @param timeout how long; zero takes only what is here
     * @throws EventException.TimeoutExpired if none came in time
     * @throws EventException.MaxConnectionsReached if the server had no room, and the client does
     *     not try again
     * @throws EventException if no more will come, because the client is closed or has lost its
     *     connection for good
     */
    public EventMessage receive(Duration timeout) throws EventException, InterruptedException {
        return inbox.take(timeout.toNanos())
                .orElseThrow(
                        () ->
                                new EventException.TimeoutExpired(
                                        "no message within " + DurationText.of(timeout)));
    }

    /** The messages as they come. The stream ends with the client; it is for one thread. */
    public Stream<EventMessage> messages() {
        return Stream.generate(this::next).takeWhile(Optional::isPresent).map(Optional::get);
    }

    private Optional<EventMessage> next() {
        try {
            return Optional.of(await());
        } catch (EventException e) {
            return Optional.empty();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            return Optional.empty();
        }
    }

    /** Waits for the next message; the exception says why there will be none. */
    public EventMessage await() throws EventException, InterruptedException {
        return inbox.take(FOR_EVER).orElseThrow();
    }

    /**
     * Sends data to the server.
     *
     * @throws EventException.MessageInvalid if it has no form in MessagePack, or is too long
     * @throws EventException.ConnectionFailed if there is no connection now
     * @throws EventException.TimeoutExpired if the server does not take it
     */
    public void send(Map<String, Object> data) throws EventException {
        send(EventMessage.data(terms.name().text(), data));
    }

    /** As {@link #send(Map)}, a message as it is. */
    public void send(EventMessage message) throws EventException {
        byte[] frame = message.frame(terms.maxFrameBytes());
        Optional<EventLink> current;
        synchronized (this) {
            current = link;
        }
        current.orElseThrow(
                        () ->
                                new EventException.ConnectionFailed(
                                        "not connected to " + terms.name()))
                .write(frame);
    }

    /** How many messages have come and wait to be received. */
    public int bufferSize() {
        return inbox.size();
    }

    private boolean isClosed() {
        return closing.getCount() == 0;
    }

    /** Closes the connection for good, and forgets the messages that wait to be received. */
    @Override
    public void close() {
        closing.countDown();
        inbox.close(new EventException.ConnectionFailed("the client was closed"));
        synchronized (this) {
            link.ifPresent(EventLink::close);
            link = Optional.empty();
        }
    }
}
