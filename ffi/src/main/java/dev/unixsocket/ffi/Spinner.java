package dev.unixsocket.ffi;

/**
 * Decides whether a wait begins with a spin, and when the spin ends. One for each direction of a
 * socket; two threads that read from one socket may both use it, and then only spoil each other's
 * estimates.
 */
final class Spinner {

    /** Adaptive: how many waits block before the first spin, to learn what blocking takes. */
    private static final int FIRST_LOOK = 8;

    /** Adaptive: the most waits that block between two spins that were not worth it. */
    private static final int RAREST_LOOK = 1023;

    /** Adaptive: after so many spins that were worth it, one wait blocks, to measure that again. */
    private static final int SPINS_PER_BLOCK = 1024;

    /** What {@link #begin} and {@link #goOn} return when it is time to block. */
    static final long NO_SPIN = 0;

    private final long budgetNanos;
    private final boolean adaptive;

    /** How many waits block before the next spin. */
    private int skip;

    /** What skip becomes after a spin that was not worth it. */
    private int penalty;

    private int spins;

    /** Whether a try of the spin that has begun found nothing. */
    private boolean missed;

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
     * @return when the spin began, or {@link #NO_SPIN}
     */
    long begin() {
        if (adaptive && (skip > 0 || ++spins % SPINS_PER_BLOCK == 0)) {
            skip = Math.max(0, skip - 1);
            return NO_SPIN;
        }
        missed = false;
        long now = System.nanoTime();
        return now == NO_SPIN ? 1 : now;
    }

    /**
     * After a try that found nothing.
     *
     * @param began what {@link #begin} returned
     * @param deadline of the whole call
     * @return began, or {@link #NO_SPIN} when the budget is used up
     */
    long goOn(long began, long deadline) {
        missed = true;
        long now = System.nanoTime();
        if (now - began < budgetNanos && (deadline == Timeouts.NONE || deadline - now > 0)) {
            Thread.onSpinWait();
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
        if (adaptive && missed) {
            if (System.nanoTime() - began <= blockedNanos) {
                penalty /= 2;
            } else {
                notWorthIt();
            }
        }
    }

    private void notWorthIt() {
        if (adaptive) {
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
