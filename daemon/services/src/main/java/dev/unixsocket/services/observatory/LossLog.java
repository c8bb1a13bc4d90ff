package dev.unixsocket.services.observatory;

import dev.unixsocket.ffi.PeerCredentials;
import dev.unixsocket.services.connections.OutboundQueue;

import java.lang.System.Logger;
import java.lang.System.Logger.Level;
import java.time.Duration;
import java.util.Optional;
import java.util.function.LongSupplier;

/**
 * Says in the log how many events do not reach somebody, with a line a second at most. Confined to
 * one thread.
 */
public final class LossLog {

    private static final Logger LOG = System.getLogger("dev.unixsocket.observatory");

    private static final long SILENCE_NANOS = Duration.ofSeconds(1).toNanos();

    private final String reader;
    private final LongSupplier nanoTime;

    /** How many events it lost since that was said. */
    private long lost;

    private long saidAt;

    /**
     * For one who takes events.
     *
     * @param reader as in {@code standard output}
     */
    public LossLog(String reader) {
        this(reader, System::nanoTime);
    }

    /** For a reader of the output socket. */
    public static LossLog ofReader(Optional<PeerCredentials> peer) {
        return new LossLog(
                "the reader (%s)".formatted(peer.map(Object::toString).orElse("unknown")));
    }

    /** As {@link #LossLog(String)}, with a clock such as {@link System#nanoTime}. */
    LossLog(String reader, LongSupplier nanoTime) {
        this.reader = reader;
        this.nanoTime = nanoTime;
        saidAt = nanoTime.getAsLong() - SILENCE_NANOS;
    }

    /** It was offered an event. */
    public void offered(OutboundQueue.Outcome outcome) {
        if (outcome == OutboundQueue.Outcome.QUEUED) {
            taken();
        } else {
            lost("is too slow");
        }
    }

    /** It took an event. */
    void taken() {
        if (lost > 0 && silenceIsOver()) {
            sayLoss();
        }
    }

    /**
     * It did not take an event.
     *
     * @param why as in {@code is not read}
     */
    void lost(String why) {
        if (lost == 0 && silenceIsOver()) {
            saidAt = nanoTime.getAsLong();
            LOG.log(Level.WARNING, () -> "%s %s: events are lost".formatted(reader, why));
        }
        lost++;
        taken();
    }

    private void sayLoss() {
        long count = lost;
        LOG.log(Level.WARNING, () -> "%s lost %d events".formatted(reader, count));
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
