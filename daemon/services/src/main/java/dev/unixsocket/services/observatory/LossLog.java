package dev.unixsocket.services.observatory;

import dev.unixsocket.services.connections.OutboundQueue;

import java.lang.System.Logger;
import java.lang.System.Logger.Level;
import java.time.Duration;
import java.util.function.LongSupplier;

/**
 * Says in the log how many events a reader loses that does not keep up, with a line a second at
 * most. Confined to one thread.
 */
public final class LossLog {

    private static final Logger LOG = System.getLogger("dev.unixsocket.observatory");

    private static final long SILENCE_NANOS = Duration.ofSeconds(1).toNanos();

    private final String reader;
    private final LongSupplier nanoTime;

    /** How many events it lost since that was said. */
    private long lost;

    private long saidAt;

    /** A reader, who is named as in {@code pid 1, uid 1000, gid 1000}. */
    public LossLog(String reader) {
        this(reader, System::nanoTime);
    }

    /** As {@link #LossLog(String)}, with a clock such as {@link System#nanoTime}. */
    LossLog(String reader, LongSupplier nanoTime) {
        this.reader = reader;
        this.nanoTime = nanoTime;
        saidAt = nanoTime.getAsLong() - SILENCE_NANOS;
    }

    /** The reader was offered an event. */
    public void offered(OutboundQueue.Outcome outcome) {
        if (outcome != OutboundQueue.Outcome.QUEUED) {
            lose();
        }
        if (lost > 0 && silenceIsOver()) {
            sayLoss();
        }
    }

    private void lose() {
        if (lost == 0 && silenceIsOver()) {
            saidAt = nanoTime.getAsLong();
            LOG.log(
                    Level.WARNING,
                    () ->
                            "a reader is too slow (%s): %d bytes wait for it, dropping events"
                                    .formatted(reader, Limits.QUEUE_BYTES));
        }
        lost++;
    }

    private void sayLoss() {
        long count = lost;
        LOG.log(Level.WARNING, () -> "the reader (%s) lost %d events".formatted(reader, count));
        saidAt = nanoTime.getAsLong();
        lost = 0;
    }

    private boolean silenceIsOver() {
        return nanoTime.getAsLong() - saidAt >= SILENCE_NANOS;
    }

    /** It takes no more events. */
    public void gone() {
        if (lost > 0) {
            sayLoss();
        }
    }
}
