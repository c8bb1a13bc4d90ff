package dev.unixsocket.daemon.observatory;

import java.io.IOException;
import java.util.Locale;
import java.util.Optional;

/**
 * What speaks with the sockets: reads requests, has them answered, and keeps the queues of the
 * readers. There are two, alike from outside.
 *
 * <p>{@link #run} belongs to one thread, on which everything but {@link #stop} happens.
 */
interface Engine extends Outputs.Readers {

    /** Which engine. */
    enum Kind {
        /** Netty. */
        NETTY,
        /** A readiness loop of our own. */
        FFM;

        /**
         * Makes it. It owns the listeners from then on.
         *
         * @param senders where requests come to
         * @param readers where readers come to
         */
        Engine open(GuardedListener senders, Optional<GuardedListener> readers, Settings settings)
                throws IOException {
            return switch (this) {
                case NETTY -> new NettyEngine(senders, readers, settings);
                case FFM -> new FfmEngine(senders, readers, settings);
            };
        }

        @Override
        public String toString() {
            return name().toLowerCase(Locale.ROOT);
        }
    }

    /**
     * Serves until {@link #stop}; then answers the requests in hand, hands the readers what waits
     * for them, within {@link Limits#STOP}, and closes everything.
     */
    void run(Routes routes) throws IOException;

    /**
     * Lets {@link #run} return. From any thread; a second call does nothing. The socket files are
     * to be gone before, so that whoever connected is served.
     */
    void stop();
}
