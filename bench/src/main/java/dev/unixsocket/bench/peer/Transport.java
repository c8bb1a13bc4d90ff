package dev.unixsocket.bench.peer;

import java.io.IOException;

/**
 * A way to talk over a socket, as a server and as a client. {@link Transports} lists them.
 *
 * <p>Thread-safe.
 */
public interface Transport {

    /** Starts a service of {@link Task#service} on threads of its own. */
    Server serve(String service, Endpoint endpoint, Pause pause) throws IOException;

    /** Opens a session with a server; see {@link Task} for what it will do. */
    Session open(Task task, Endpoint server) throws IOException;
}
