package dev.unixsocket.bench.peer;

import java.io.Closeable;
import java.io.IOException;

/**
 * A client's open conversation with a server: what is repeated and timed.
 *
 * <p>Confined to the thread that opened it.
 */
public interface Session extends Closeable {

    /** Makes that many exchanges, one after another. */
    void exchange(int times) throws IOException;

    /**
     * Makes exchanges, one after another, until the time is over or the samples are full. One
     * reading of the clock separates two exchanges.
     */
    void measure(Samples samples, long nanos) throws IOException;
}
