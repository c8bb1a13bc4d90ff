package dev.unixsocket.services.weave;

import dev.unixsocket.services.connections.Connection;
import dev.unixsocket.services.connections.Protocol;

import java.io.IOException;

/**
 * Serves one request after the other, as long as the connection lasts. Reading has no timeout: the
 * program at the other end waits minutes between requests. A request that is refused is answered
 * with its error, and the next one is read.
 *
 * <p>The deadline of a response counts only once the server stops.
 */
final class ConnectedProtocol implements Protocol {

    private final Responder responder;

    ConnectedProtocol(GenerateBackend backend) {
        this.responder = new Responder(backend, WeaveDaemon.Options.DEFAULT.writeTimeout());
    }

    @Override
    public void serve(Connection connection) throws IOException {
        RequestStream requests = new RequestStream(connection.socket());
        while (!connection.isStopping()
                && requests.read(responder.request(), 0, Weve.HEADER_BYTES) == Weve.HEADER_BYTES) {
            serveRequest(connection, requests);
        }
    }

    private void serveRequest(Connection connection, RequestStream requests) throws IOException {
        long payload;
        try {
            payload = responder.prepare();
        } catch (RequestRefusedException e) {
            refuse(connection, requests, e);
            return;
        }
        if (requests.read(responder.request(), Weve.HEADER_BYTES, payload) == payload) {
            connection.begin(); // only one that came whole is waited for when the server stops
            try {
                responder.respond(connection, payload, connection.meter().now());
            } finally {
                end(connection);
            }
        }
    }

    private void refuse(
            Connection connection, RequestStream requests, RequestRefusedException refusal)
            throws IOException {
        long payload = Weve.payloadLength(responder.request());
        long id = requests.idAhead(payload);
        connection.begin();
        try {
            responder.errors().send(connection, id, refusal);
        } finally {
            end(connection);
        }
        requests.skip(payload); // which may never come
    }

    private static void end(Connection connection) {
        connection.deadline().end();
        connection.end();
    }
}
