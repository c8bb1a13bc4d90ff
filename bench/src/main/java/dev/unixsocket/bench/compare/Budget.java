package dev.unixsocket.bench.compare;

import java.time.Duration;

/**
 * The time that a run may take, divided among what it still has to do.
 *
 * <p>Confined to one thread.
 */
public final class Budget {

    private final long end;
    private long planned;

    /**
     * The clock starts.
     *
     * @param limit how long everything may take
     * @param planned how long all of it would take on a machine that is not slow
     */
    public Budget(Duration limit, Duration planned) {
        end = System.nanoTime() + limit.toNanos();
        this.planned = planned.toNanos();
    }

    /** What is left; never negative. */
    public Duration left() {
        return Duration.ofNanos(Math.max(0, end - System.nanoTime()));
    }

    /**
     * Takes a part of the plan that begins now.
     *
     * @return how long it may take, so that what comes after it has as much for its own part
     */
    Duration share(Duration part) {
        double whole = Math.max(planned, part.toNanos());
        planned -= part.toNanos();
        return Duration.ofNanos((long) (left().toNanos() * (part.toNanos() / whole)));
    }
}
