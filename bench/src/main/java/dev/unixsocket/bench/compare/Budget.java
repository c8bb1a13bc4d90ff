package dev.unixsocket.bench.compare;

import java.time.Duration;

/**
 * The time that a run may take, divided among what it still has to do.
 *
 * <p>Confined to one thread.
 */
public final class Budget {

    /** How much longer than its share one may take of what several have together. */
    private static final int MOST_TIMES = 3;

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

    /** Whether the time is over: what has not begun is left out. */
    boolean isOver() {
        return left().isZero();
    }

    /**
     * Takes a part of the plan that begins now.
     *
     * @return how long it may take, so that what comes after it has as much for its own part
     */
    public Duration share(Duration part) {
        double whole = Math.max(planned, part.toNanos());
        planned -= part.toNanos();
        return Duration.ofNanos((long) (left().toNanos() * (part.toNanos() / whole)));
    }

    /**
     * Takes a part of the plan that begins now, to be divided among others.
     *
     * @return the budget of that part
     */
    Budget part(Duration part) {
        return new Budget(share(part), part);
    }

    /**
     * As {@link #share}, for one of several that need a different time each: it may take what the
     * others do not need.
     *
     * @param one what one of them needs as a rule; it may take twice as much in any case
     */
    Duration elasticShare(Duration one) {
        Duration most = share(one).multipliedBy(MOST_TIMES);
        Duration least = one.multipliedBy(2);
        return most.compareTo(least) > 0 ? most : least;
    }
}
