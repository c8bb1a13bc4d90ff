package dev.unixsocket.ffi;

import static org.junit.jupiter.api.Assertions.assertTrue;

import org.junit.jupiter.api.Test;

/**
 * Two adaptive sides that answer each other, in a time that is counted and does not pass. Each has
 * a core of its own, or both share one, where who waits for the other's answer must not spin.
 */
class SpinnersTogetherTest {

    private static final long BUDGET = 200_000;

    /** What it takes to wake a thread, and to see and answer what has come. */
    private static final long WAKE_UP = 20_000;

    private static final long ANSWER = 300;

    /** What it takes on one core until the other side goes on. */
    private static final long SWITCH = 10_000;

    private static final long MILLISECOND = 1_000_000;
    private static final long SECOND = 1000 * MILLISECOND;

    /** More than the longest wait for the next time at which all try. */
    private static final long SOON = 40 * MILLISECOND;

    private long now = SECOND;

    /** A side of a connection: since when it waits, and since when it spins. */
    private final class Side {

        private final Spinner spinner = new Spinner(BUDGET, true);
        private long since;
        private long began;
        private boolean slept;

        void waits() {
            since = now;
            began = spinner.begin(true, now);
        }

        /** Whether it still spins when the answer comes. */
        boolean spinsUntil(long time) {
            if (began == Spinner.NO_SPIN) {
                return false;
            }
            if (time - began < BUDGET) {
                return true;
            }
            since = began + BUDGET;
            began = spinner.goOn(began, Timeouts.NONE, since);
            return began != Spinner.NO_SPIN;
        }

        /** The answer comes; this side goes on when it has it. */
        void receives(boolean sharesItsCore) {
            boolean spins = spinsUntil(now);
            slept = !spins;
            if (spins) {
                began = spinner.goOn(began, Timeouts.NONE, now);
                spinner.found(began, now);
            } else {
                now = Math.max(now, since) + (sharesItsCore ? SWITCH : WAKE_UP);
                spinner.blocked(now - since);
            }
            now += ANSWER;
        }
    }

    private final Side client = new Side();
    private final Side server = new Side();

    private void roundTrip(boolean oneCore) {
        client.waits();
        holdTheCore(client, oneCore);
        server.receives(oneCore);
        server.waits();
        holdTheCore(server, oneCore);
        client.receives(oneCore);
    }

    /** On one core the other side cannot go on before this one has spun in vain. */
    private void holdTheCore(Side spinning, boolean oneCore) {
        if (oneCore && spinning.began != Spinner.NO_SPIN) {
            now += BUDGET;
        }
    }

    private long roundTripsWithin(long nanos, boolean oneCore) {
        long end = now + nanos;
        long count = 0;
        while (now < end) {
            roundTrip(oneCore);
            count++;
        }
        return count;
    }

    private void assertBothSpin() {
        int awake = 0;
        for (int i = 0; i < 1000; i++) {
            roundTrip(false);
            awake += client.slept || server.slept ? 0 : 1;
        }
        assertTrue(awake > 990, awake + " of 1,000 round trips without sleep");
    }

    /** Both have learned that spinning does not pay, and will not try alone for 80 ms. */
    private void settleOnSleeping() {
        for (Side side : new Side[] {client, server}) {
            now += 3 * MILLISECOND;
            for (int inVain = 0; inVain < 16; ) {
                long began = side.spinner.begin(true, now);
                if (began == Spinner.NO_SPIN) {
                    side.spinner.blocked(WAKE_UP);
                } else {
                    side.spinner.goOn(began, Timeouts.NONE, began + BUDGET);
                    inVain++;
                }
            }
        }
    }

    @Test
    void bothSpinFromTheFirst() {
        roundTripsWithin(SOON, false);
        assertBothSpin();
    }

    @Test
    void twoThatHaveSettledOnSleepingFindOutThatSpinningPays() {
        settleOnSleeping();
        for (int i = 0; i < 10; i++) {
            roundTrip(false);
            assertTrue(client.slept && server.slept);
        }
        roundTripsWithin(SOON, false);
        assertBothSpin();
    }

    /** As when another program takes the core of one of them now and then. */
    @Test
    void theyComeBackFromInterruptions() {
        roundTripsWithin(SOON, false);
        for (int i = 0; i < 100; i++) {
            client.waits();
            now += 4 * MILLISECOND;
            server.receives(false);
            server.waits();
            client.receives(false);
            roundTripsWithin(MILLISECOND, false);
        }
        assertBothSpin();
    }

    @Test
    void onOneCoreTheTimesAtWhichAllTryCostLittle() {
        long blocking = SECOND / (2 * (SWITCH + ANSWER));
        roundTripsWithin(SECOND, true);
        long adaptive = roundTripsWithin(SECOND, true);
        assertTrue(adaptive > 0.97 * blocking, adaptive + " of " + blocking);
    }
}
