package dev.unixsocket.services.server;

/**
 * What a service counts, for whoever wants to know: every method says that something happened.
 * {@link #NONE} counts nothing, and costs nothing. A service calls them from all of its threads.
 */
public interface Meter {

    /** Counts nothing. */
    Meter NONE = new Meter() {};

    /** Why a connection is not served. */
    enum Refusal {
        /** The peer may not connect. */
        NOT_ADMITTED,
        /** All connections are taken. */
        NO_ROOM,
        /** The process is short of descriptors or memory: it waits, and is served later. */
        SHORTAGE
    }

    /**
     * The time, for {@link #served}: nanoseconds on the clock of {@link System#nanoTime}, which is
     * not asked where nobody counts.
     */
    default long now() {
        return 0;
    }

    /** A connection was admitted. */
    default void opened() {}

    /** One that was admitted has ended. */
    default void closed() {}

    /** A connection was not admitted, or not yet. */
    default void refused(Refusal why) {}

    /**
     * A request was answered.
     *
     * @param nanos from its arrival to its answer
     */
    default void served(long nanos) {}

    /**
     * A request was answered with an error.
     *
     * @param code of the service's protocol
     */
    default void failed(int code) {}

    /** Bytes came. */
    default void received(long bytes) {}

    /** Bytes were sent. */
    default void sent(long bytes) {}

    /** So many messages more wait for peers; less, where it is negative. */
    default void queued(long messages) {}

    /** Messages did not reach a peer that does not keep up. */
    default void dropped(long messages) {}
}
