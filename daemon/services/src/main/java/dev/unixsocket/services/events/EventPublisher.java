package dev.unixsocket.services.events;

import dev.unixsocket.services.wire.Deadline;
import dev.unixsocket.services.wire.DurationText;

import java.io.Closeable;
import java.io.IOException;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * A connection to a server that sends and asks, but does not subscribe: it takes no message away
 * from a subscriber that is still to come.
 *
 * <p>Confined to one thread.
 */
public final class EventPublisher implements Closeable {

    private final EventClientBuilder.Terms terms;
    private final EventLink link;
    private final boolean answers;

    private EventPublisher(EventClientBuilder.Terms terms, EventLink link, boolean answers) {
        this.terms = terms;
        this.link = link;
        this.answers = answers;
    }

    /**
     * Connects.
     *
     * @param answers whether the server is one of this library's, which answers control messages;
     *     to another one they would be messages like any other
     */
    static EventPublisher open(EventClientBuilder.Terms terms, boolean answers)
            throws EventException {
        if (!answers) {
            return new EventPublisher(terms, EventLink.open(terms), false);
        }
        // Made before there is a connection, so that the server hears of it at once.
        byte[] first =
                Control.message(terms.name(), Control.PUBLISH_ONLY).frame(terms.maxFrameBytes());
        EventPublisher publisher = new EventPublisher(terms, EventLink.open(terms), true);
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
     * Waits until the server has dealt with all that was sent; one that answers nothing has a
     * second to read it.
     *
     * @throws EventException if it refused something, and says what
     */
    public void awaitReceived() throws IOException {
        if (answers) {
            ask(Control.PING, Control.PONG);
        } else {
            link.finish();
        }
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
            Optional<EventMessage> next = link.read(left);
            if (next.isEmpty()) {
                if (deadline.hasPassed()) {
                    throw new EventException.TimeoutExpired(
                            "no answer within " + DurationText.of(timeout));
                }
                continue; // a message that makes no sense
            }
            EventMessage message = next.get();
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
