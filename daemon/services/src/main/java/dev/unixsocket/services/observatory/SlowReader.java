package dev.unixsocket.services.observatory;

import java.lang.System.Logger;
import java.lang.System.Logger.Level;
import java.time.Duration;
import java.util.function.LongSupplier;

/**
 * Says which events a reader gets that does not keep up: once its queue is full, none until that is
 * half empty. Standard error says how many it lost, with a line a second at most. Confined to one
 * thread.
 */
public final class SlowReader {

    private static final Logger LOG = System.getLogger("dev.unixsocket.observatory");

    private static final long SILENCE_NANOS = Duration.ofSeconds(1).toNanos();

    private final String reader;
    private final LongSupplier nanoTime;
    private boolean full;

    /** How many events it lost since that was said. */
    private long lost;

    private long saidAt;

    /** A reader, who is named as in {@code pid 1, uid 1000, gid 1000}. */
    public SlowReader(String reader) {
        this(reader, System::nanoTime);
    }

    /** As {@link #SlowReader(String)}, with a clock such as {@link System#nanoTime}. */
    public SlowReader(String reader, LongSupplier nanoTime) {
        this.reader = reader;
        this.nanoTime = nanoTime;
        saidAt = nanoTime.getAsLong() - SILENCE_NANOS;
    }

    /**
     * Whether it gets an event. One that is larger than the queue goes out when nothing else waits.
     *
     * @param waiting how many bytes wait for it
     * @param size how many more would
     */
    public boolean takes(long waiting, int size) {
        boolean fits = waiting == 0 || waiting + size <= Limits.QUEUE_BYTES;
        full = !fits || (full && waiting > Limits.QUEUE_BYTES / 2);
        if (full) {
            lose();
        }
        if (lost > 0 && silenceIsOver()) {
            sayLoss();
        }
        return !full;
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
