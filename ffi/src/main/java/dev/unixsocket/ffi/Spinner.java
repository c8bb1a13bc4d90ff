package dev.unixsocket.ffi;

/**
 * Decides whether a wait begins with a spin, and when the spin ends. One for each direction of a
 * socket; two threads that read from one socket may both use it, and then only spoil each other's
 * estimates. All times are of {@link System#nanoTime}.
 *
 * <p>Where both sides of a connection sleep, a spin of one of them may find nothing in time, since
 * the other has to be woken first; what pays is that both spin. So adaptive spinners that block try
 * a spin at the same time, by the clock that all processes share.
 */
final class Spinner {

    /** Adaptive: how many waits block before the first spin, to learn what blocking takes. */
    private static final int FIRST_LOOK = 8;

    /** Adaptive: the most waits that block between two spins that were not worth it. */
    private static final int RAREST_LOOK = 4095;

    /** Adaptive: after so many spins that were worth it, one wait blocks, to measure that again. */
    private static final int SPINS_PER_BLOCK = 1024;

    /** Adaptive: but not more often than once in this time, in nanoseconds. */
    private static final long BLOCK_INTERVAL = 1 << 24;

    /** Adaptive: how often all try a spin, and for how long, in nanoseconds: 0.8 % of the time. */
    private static final long COMMON_INTERVAL = 1 << 25;

    private static final long COMMON_TRY = 1 << 18;

    /** What {@link #begin} and {@link #goOn} return when it is time to block. */
    static final long NO_SPIN = 0;

    private final long budgetNanos;
    private final boolean adaptive;

    /** How many waits block before the next spin. */
    private int skip;

    /** What skip becomes after a spin that was not worth it. */
    private int penalty;

    private int spins;

    /** When a wait last blocked to measure that. */
    private long measured;

    /** Whether a try before the spin that has begun found nothing. */
    private boolean missedBefore;

    /** Whether the spin that has begun has gone on. */
    private boolean missed;

    /** Whether the spin that has begun is one that all try. */
    private boolean common;

    /** How long a wait that blocked took lately, in nanoseconds; 0 when none was measured. */
    private long blockedNanos;

    Spinner(long budgetNanos, boolean adaptive) {
        this.budgetNanos = budgetNanos;
        this.adaptive = adaptive;
        skip = adaptive ? FIRST_LOOK : 0;
    }

    /** Whether it was made with these arguments. */
    boolean isOf(long budget, boolean adapts) {
        return budgetNanos == budget && adaptive == adapts;
    }

    /** Forgets what it has learned, as for another connection. */
    void reset() {
        skip = adaptive ? FIRST_LOOK : 0;
        penalty = 0;
        spins = 0;
        missed = false;
        blockedNanos = 0;
    }

    /**
     * Begins a wait.
     *
     * @param hasMissed whether a first try has found nothing already
     * @return when the spin began, or {@link #NO_SPIN}
     */
    long begin(boolean hasMissed, long now) {
        if (adaptive && blocks(now)) {
            return NO_SPIN;
        }
        missedBefore = hasMissed;
        missed = false;
        return now == NO_SPIN ? 1 : now;
    }

    private boolean blocks(long now) {
        common = skip > 0 && (now & COMMON_INTERVAL - 1) < COMMON_TRY;
        if (common) {
            return false;
        }
        if (skip > 0) {
            skip--;
            return true;
        }
        if (++spins > SPINS_PER_BLOCK && now - measured > BLOCK_INTERVAL) {
            spins = 0;
            measured = now;
            return true;
        }
        return false;
    }

    /**
     * After a try that found nothing.
     *
     * @param began what {@link #begin} returned
     * @param deadline of the whole call
     * @return began, or {@link #NO_SPIN} when the budget is used up
     */
    long goOn(long began, long deadline, long now) {
        missed = true;
        if (now - began < budgetNanos && (deadline == Timeouts.NONE || deadline - now > 0)) {
            return began;
        }
        notWorthIt();
        return NO_SPIN;
    }

    /**
     * A spin found what it waited for, which is worth it when blocking lately took longer. What was
     * there at the first try says nothing: blocking would not have waited for it either.
     */
    void found(long began) {
        // Only a spin that has gone on needs the clock.
        found(began, adaptive && missed ? System.nanoTime() : began);
    }

    /** As {@link #found(long)}, at that time. */
    void found(long began, long now) {
        if (!missed && !missedBefore) {
            return;
        }
        if (missed && now - began > blockedNanos) {
            notWorthIt();
        } else {
            penalty /= 2;
            skip = 0;
        }
    }

    /** One that all try says nothing against the next. */
    private void notWorthIt() {
        if (adaptive && !common) {
            penalty = Math.min(RAREST_LOOK, 2 * penalty + 1);
            skip = penalty;
        }
    }

    /** Whether the budget is less than a hundredth of that time. */
    boolean isShort(long nanos) {
        return budgetNanos <= nanos / 100;
    }

    /** A wait that blocked took that long; the estimate moves a quarter of the way. */
    void blocked(long nanos) {
        blockedNanos += (Math.min(nanos, 4 * budgetNanos) - blockedNanos) / 4;
    }
}
