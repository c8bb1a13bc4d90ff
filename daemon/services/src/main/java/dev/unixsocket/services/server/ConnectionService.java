package dev.unixsocket.services.server;

import dev.unixsocket.ffi.PeerCredentials;
import dev.unixsocket.ffi.StreamSocket;

import java.io.IOException;
import java.util.Optional;

/** What a {@link ConcurrentServer} does with connections. Thread-safe. */
public interface ConnectionService {

    /**
     * Begins to serve a connection, whose peer was admitted.
     *
     * @param connection the connection; the server closes it when the session has ended
     * @param peer who is at its other end; empty over TCP, where nobody vouches for that
     */
    Session open(StreamSocket connection, Optional<PeerCredentials> peer) throws IOException;

    /**
     * Tells a peer that there is no room for it. Called on a thread of its own; the server closes
     * the connection afterwards.
     */
    void refuse(StreamSocket connection) throws IOException;

    /** One connection. */
    interface Session {

        /**
         * Serves it to its end, on a thread of its own.
         *
         * @throws IOException when the connection fails; the server says so and goes on
         */
        void run() throws IOException;

        /** Lets {@link #run} end soon. May come at any time, from any thread, more than once. */
        void stop();
    }
}
