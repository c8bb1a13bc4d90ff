package dev.unixsocket.daemon.observatory;

import java.lang.System.Logger;
import java.lang.System.Logger.Level;

/** Says when a reader begins to lose events, and how many it lost. Confined to one thread. */
final class SlowReaderLog {

    private static final Logger LOG = System.getLogger("dev.unixsocket.observatory");

    private final String reader;
    private long dropped;

    /** The log of one reader, who is named as in {@code pid 1, uid 1000, gid 1000}. */
    SlowReaderLog(String reader) {
        this.reader = reader;
    }

    /** An event was dropped. */
    void dropped() {
        if (dropped++ == 0) {
            LOG.log(
                    Level.WARNING,
                    () ->
                            "a reader is too slow (%s): %d bytes wait for it, dropping events"
                                    .formatted(reader, Limits.QUEUE_BYTES));
        }
    }

    /** An event was taken, or the reader is gone. */
    void ended() {
        if (dropped > 0) {
            long count = dropped;
            LOG.log(Level.WARNING, () -> "the reader (%s) lost %d events".formatted(reader, count));
            dropped = 0;
        }
    }
}
