package dev.unixsocket.services.events;

import dev.unixsocket.services.wire.Deadline;
import dev.unixsocket.services.wire.DurationText;

import java.io.Closeable;
import java.io.IOException;
import java.time.Duration;
import java.util.List;
import java.util.Map;

/**
 * A connection to a server that sends and asks, but does not subscribe: it takes no message away
 * from a subscriber that is still to come.
 *
 * <p>Confined to one thread.
 */
public final class EventPublisher implements Closeable {

    private final EventClientBuilder.Terms terms;
    private final EventLink link;

    private EventPublisher(EventClientBuilder.Terms terms, EventLink link) {
        this.terms = terms;
        this.link = link;
    }

    static EventPublisher open(EventClientBuilder.Terms terms) throws EventException {
        // Made before there is a connection, so that the server hears of it at once.
        byte[] first =
                Control.message(terms.name(), Control.PUBLISH_ONLY).frame(terms.maxFrameBytes());
        EventPublisher publisher = new EventPublisher(terms, EventLink.open(terms));
        try {
            publisher.link.write(first);
            return publisher;
        } catch (EventException e) {
            publisher.close();
            throw e;
        }
    }

    /**
     * Sends a message.
     *
     * @throws EventException if it has no form in MessagePack, is too long, or is not taken
     */
    public void send(EventMessage.Type type, Map<String, Object> data) throws EventException {
        send(EventMessage.of(terms.name().text(), type, data));
    }

    private void send(EventMessage message) throws EventException {
        link.write(message.frame(terms.maxFrameBytes()));
    }

    /**
     * Waits until the server has dealt with all that was sent.
     *
     * @throws EventException if it refused something, and says what
     */
    public void awaitReceived() throws IOException {
        ask(Control.PING, Control.PONG);
    }

    /** Who subscribes. */
    @SuppressWarnings("unchecked") // a decoded map has strings as keys
    public List<Map<String, Object>> clients() throws IOException {
        EventMessage answer = ask(Control.CLIENTS, Control.CLIENTS);
        if (answer.data().get(Control.CLIENTS) instanceof List<?> clients) {
            return clients.stream().map(client -> (Map<String, Object>) client).toList();
        }
        throw new EventException.MessageInvalid("the server sent no list of clients");
    }

    private EventMessage ask(String command, String answer) throws IOException {
        send(Control.message(terms.name(), command));
        Duration timeout = terms.settings().defaultTimeout();
        Deadline deadline = Deadline.after(timeout);
        while (true) {
            Duration left = Duration.ofNanos(Math.max(1, deadline.leftNanos()));
            EventMessage message =
                    link.read(left)
                            .orElseThrow(
                                    () ->
                                            new EventException.TimeoutExpired(
                                                    "no answer within "
                                                            + DurationText.of(timeout)));
            if (message.type() == EventMessage.Type.ERROR) {
                throw new EventException.MessageInvalid(
                        "the server refused it: " + message.data().get(Control.DETAILS));
            }
            if (Control.command(message).filter(answer::equals).isPresent()) {
                return message;
            }
        }
    }

    @Override
    public void close() {
        link.close();
    }
}
