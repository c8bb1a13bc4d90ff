package dev.unixsocket.services.server;

import dev.unixsocket.ffi.CredentialsBuffer;
import dev.unixsocket.ffi.StreamSocket;

import java.io.IOException;

/**
 * What a server does with a connection. Each worker has a handler of its own, which keeps the
 * buffers that the worker needs.
 */
public interface ConnectionHandler {

    /**
     * Serves one connection, whose peer was admitted and whose timeouts are set. The worker closes
     * it afterwards, whatever happens here.
     *
     * @param connection the connection; it is the worker's, do not keep it
     * @param peer who is at its other end; likewise
     * @param limit for the time of a whole message; the worker ends it if the handler does not
     * @throws IOException when the connection fails; the worker says so and goes on
     */
    void handle(StreamSocket connection, CredentialsBuffer peer, TimeLimit limit)
            throws IOException;

    /**
     * Whether the peer has begun a request, so that a server that stops lets it finish. Called from
     * other threads.
     */
    boolean hasRequestInHand();
}
