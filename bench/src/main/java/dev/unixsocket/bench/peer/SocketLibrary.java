package dev.unixsocket.bench.peer;

import java.io.Closeable;
import java.io.IOException;

/** What a library with calls that wait has to offer for the benchmarks to run on it. */
interface SocketLibrary {

    /** Accepts connections. */
    interface Listener extends Closeable {

        /** Waits for a connection, which uses that buffer. */
        Connection accept(Buffer buffer) throws IOException;

        /** Where it listens; with the port that the kernel chose. */
        Endpoint endpoint();
    }

    /** Memory of the kind that the library likes best, for one thread. */
    Buffer allocate(int bytes);

    /** Binds and listens. */
    Listener listen(Endpoint endpoint, int backlog) throws IOException;

    /** Connects. */
    Connection connect(Endpoint endpoint, Buffer buffer) throws IOException;
}
