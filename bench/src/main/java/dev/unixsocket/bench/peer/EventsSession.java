package dev.unixsocket.bench.peer;

import dev.unixsocket.services.events.EventClient;
import dev.unixsocket.services.events.EventClientBuilder;
import dev.unixsocket.services.events.EventException;
import dev.unixsocket.services.events.EventMessage;

import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/**
 * Subscribers, one of which asks for messages; an exchange is over when all have received all of
 * them.
 */
final class EventsSession implements BlockingSession {

    private final List<EventClient> subscribers = new ArrayList<>();
    private final Task task;
    private final Map<String, Object> request;

    private EventsSession(Task task) {
        this.task = task;
        request =
                Map.of(
                        EventsServer.MESSAGES, task.messages(),
                        EventsServer.PAYLOAD, task.payload());
    }

    static EventsSession open(Task task, Endpoint server, int subscribers) throws IOException {
        EventsSession session = new EventsSession(task);
        try {
            for (int i = 0; i < subscribers; i++) {
                EventClient subscriber = client(server).connect();
                session.subscribers.add(subscriber);
                ping(subscriber);
            }
            return session;
        } catch (IOException | RuntimeException e) {
            session.close();
            throw e;
        }
    }

    private static EventClient client(Endpoint server) throws EventException {
        if (server.kind() == Endpoint.Kind.TCP) {
            return new EventClientBuilder(EventsServer.TCP_NAME, EventsServer.in(Path.of(".")))
                    .withoutReconnect()
                    .tcp(server.port());
        }
        return new EventClientBuilder(
                        EventsServer.name(server), EventsServer.in(server.path().getParent()))
                .withoutReconnect()
                .unix();
    }

    /** Connected is not yet accepted; who is answered gets what is broadcast from then on. */
    private static void ping(EventClient subscriber) throws IOException {
        subscriber.send(
                EventMessage.of(
                        EventsServer.TCP_NAME,
                        EventMessage.Type.CONTROL,
                        Map.of("command", "ping")));
        receive(subscriber);
    }

    @Override
    public void exchange() throws IOException {
        subscribers.getFirst().send(request);
        for (int i = 0; i < task.messages(); i++) {
            for (EventClient subscriber : subscribers) {
                check(receive(subscriber));
            }
        }
    }

    private static EventMessage receive(EventClient subscriber) throws IOException {
        try {
            return subscriber.receive(EventsServer.PATIENCE);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IOException("interrupted", e);
        }
    }

    private void check(EventMessage message) throws IOException {
        if (!(message.data().get(EventsServer.PAYLOAD) instanceof byte[] payload)
                || payload.length != task.payload()) {
            throw new IOException("not the message that was asked for: " + message);
        }
    }

    @Override
    public void close() {
        subscribers.forEach(EventClient::close);
    }
}
