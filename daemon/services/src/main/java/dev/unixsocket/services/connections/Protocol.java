package dev.unixsocket.services.connections;

import java.io.IOException;

/**
 * What a server does with connections. It knows bytes and answers; listeners, threads and signals
 * are for the server: {@link Workers}, {@link PerConnection}.
 */
public interface Protocol {

    /**
     * Serves a connection, whose peer was admitted, to its end. The server closes it afterwards,
     * whatever happens here.
     *
     * @param connection the connection; it is the server's, do not keep it
     * @throws IOException when the connection fails; the server says so and goes on
     */
    void serve(Connection connection) throws IOException;

    /**
     * Tells a peer that there is no room for it; the server closes the connection afterwards. Asked
     * by servers that have a limit.
     *
     * @throws IOException as {@link #serve}
     */
    default void refuse(Connection connection) throws IOException {}
}
