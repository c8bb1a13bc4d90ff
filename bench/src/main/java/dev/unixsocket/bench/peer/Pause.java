package dev.unixsocket.bench.peer;

import java.time.Duration;
import java.util.concurrent.locks.LockSupport;

/**
 * What an echo server does before each answer: nothing, unless it is a control, whose known delay
 * or stall the harness has to show.
 *
 * <p>Thread-safe.
 */
public interface Pause {

    /** No pause. */
    Pause NONE = () -> {};

    /** Called before each answer. */
    void beforeAnswer();

    /** A delay before every answer; the time is spent spinning, so it is never shorter. */
    static Pause delay(Duration delay) {
        long nanos = delay.toNanos();
        return () -> {
            long end = System.nanoTime() + nanos;
            while (System.nanoTime() - end < 0) {
                Thread.onSpinWait();
            }
        };
    }

    /** One stall before the answer of that number, counted over all connections. */
    static Pause stall(long answer, Duration stall) {
        var answers = new java.util.concurrent.atomic.AtomicLong();
        var over = new java.util.concurrent.atomic.AtomicLong();
        return () -> {
            if (answers.incrementAndGet() == answer) {
                over.set(System.nanoTime() + stall.toNanos());
            }
            for (long left; (left = over.get() - System.nanoTime()) > 0 && over.get() != 0; ) {
                LockSupport.parkNanos(left);
            }
        };
    }
}
