package dev.unixsocket.bench.peer;

import java.io.IOException;

/**
 * {@code uds events}' server in one process and its subscribers in another one.
 *
 * @param subscribers how many receive each message
 */
record EventsTransport(int subscribers) implements Transport {

    @Override
    public Server serve(String service, Endpoint endpoint, Pause pause) throws IOException {
        return EventsServer.start(endpoint, pause);
    }

    @Override
    public Session open(Task task, Endpoint server) throws IOException {
        return EventsSession.open(task, server, subscribers);
    }
}
