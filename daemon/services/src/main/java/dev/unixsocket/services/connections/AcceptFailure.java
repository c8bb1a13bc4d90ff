package dev.unixsocket.services.connections;

import dev.unixsocket.ffi.SyscallException;
import dev.unixsocket.services.server.Meter;

import java.lang.System.Logger;
import java.lang.System.Logger.Level;
import java.time.Duration;
import java.util.concurrent.locks.LockSupport;

/**
 * What an accept(2) that failed means for the loop that called it. A shortage of descriptors or
 * memory is said in the log; it lasts, so a line now and then is enough.
 *
 * <p>One for each loop; confined to its thread.
 */
public final class AcceptFailure {

    private static final Logger LOG = System.getLogger("dev.unixsocket.server");

    /** How long to wait when the process or the system is out of descriptors or memory. */
    public static final Duration SHORTAGE_PAUSE = Duration.ofMillis(100);

    /** How long to say nothing more of such a shortage. */
    private static final Duration SHORTAGE_SILENCE = Duration.ofSeconds(10);

    /** When the next accept may succeed. */
    public enum Retry {
        /** At once: the peer went away, or to another process that has the same listener. */
        NOW,
        /** After {@link #SHORTAGE_PAUSE}: there are no descriptors or no memory left. */
        LATER,
        /** It cannot: what follows is for the caller to decide, and to say. */
        NEVER
    }

    private long shortageSaidAt;
    private boolean shortageSaid;

    private final Meter meter;

    /** For a loop in which no accept has failed yet. */
    public AcceptFailure(Meter meter) {
        this.meter = meter;
    }

    /**
     * Says what there is to say about a shortage, and does not wait.
     *
     * @param e of accept(2)
     */
    public Retry judge(SyscallException e) {
        return switch (e.errno()) {
            case ECONNABORTED, EAGAIN -> Retry.NOW;
            case EMFILE, ENFILE, ENOBUFS, ENOMEM -> {
                meter.refused(Meter.Refusal.SHORTAGE);
                sayShortage(e);
                yield Retry.LATER;
            }
            default -> Retry.NEVER;
        };
    }

    /** As {@link #judge}, and waits if it must: whether the next accept may succeed then. */
    boolean hasPassed(SyscallException e) {
        Retry retry = judge(e);
        if (retry == Retry.LATER) {
            LockSupport.parkNanos(SHORTAGE_PAUSE.toNanos());
        }
        return retry != Retry.NEVER;
    }

    private void sayShortage(SyscallException e) {
        long now = System.nanoTime();
        if (!shortageSaid || now - shortageSaidAt > SHORTAGE_SILENCE.toNanos()) {
            LOG.log(Level.WARNING, e.getMessage());
            shortageSaid = true;
            shortageSaidAt = now;
        }
    }
}
