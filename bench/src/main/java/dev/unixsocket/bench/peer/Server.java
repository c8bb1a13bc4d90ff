package dev.unixsocket.bench.peer;

import java.io.Closeable;

/** A server that runs on threads of its own until it is closed. */
public interface Server extends Closeable {

    /** Where it listens; with the port that the kernel chose. */
    Endpoint endpoint();
}
