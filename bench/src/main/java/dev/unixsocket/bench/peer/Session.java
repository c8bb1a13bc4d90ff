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

    /**
     * Makes exchanges as an open loop does: at that rate, for that long, each as soon as it is due
     * and the one before it has ended. Two samples are those of an exchange, from when it was due
     * and from when it was begun.
     */
    default void pace(Samples samples, double perSecond, long nanos) throws IOException {
        Pace pace = new Pace(samples, perSecond, nanos);
        while (pace.next()) {
            exchange(1);
            pace.ended();
        }
    }
}
