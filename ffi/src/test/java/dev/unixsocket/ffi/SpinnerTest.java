package dev.unixsocket.ffi;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import org.junit.jupiter.api.Test;

import java.time.Duration;

/**
 * When an adaptive wait spins, without a socket: what was found, and what blocking took, is said.
 */
class SpinnerTest {

    private static final long HOUR = Duration.ofHours(1).toNanos();

    /** No time at which all try a spin. */
    private static final long NOW = Duration.ofMillis(20).toNanos();

    @Test
    void aSpinThatFindsInTimeIsFollowedByAnother() {
        Spinner spinner = afterWaitsThatBlocked();
        for (int i = 0; i < 100; i++) {
            assertTrue(spins(spinner), "wait " + i);
        }
    }

    @Test
    void aSpinInVainIsFollowedByMoreAndMoreWaitsThatBlock() {
        Spinner spinner = afterWaitsThatBlocked();
        assertEquals(1, blockingWaitsAfterASpinInVain(spinner));
        assertEquals(3, blockingWaitsAfterASpinInVain(spinner));
        assertEquals(7, blockingWaitsAfterASpinInVain(spinner));
    }

    @Test
    void whatWasThereAtTheFirstTryDoesNotSpeakForSpinning() {
        Spinner spinner = afterWaitsThatBlocked();
        assertEquals(1, blockingWaitsAfterASpinInVain(spinner));
        long began = spinner.begin(false, NOW);
        spinner.found(began, NOW);
        assertEquals(3, blockingWaitsAfterASpinInVain(spinner));
    }

    @Test
    void oneSpinThatWasWorthItDoesNotUndoManyInVain() {
        Spinner spinner = afterWaitsThatBlocked();
        for (int blocked = 1; blocked <= 63; blocked = 2 * blocked + 1) {
            assertEquals(blocked, blockingWaitsAfterASpinInVain(spinner));
        }
        assertTrue(spins(spinner));
        assertEquals(63, blockingWaitsAfterASpinInVain(spinner));
    }

    @Test
    void whatWasMissedBeforeTheSpinSpeaksForSpinning() {
        Spinner spinner = afterWaitsThatBlocked();
        assertEquals(1, blockingWaitsAfterASpinInVain(spinner));
        spinner.found(spinner.begin(true, NOW), NOW);
        assertEquals(1, blockingWaitsAfterASpinInVain(spinner));
    }

    /** An hour of budget, and waits that took as long. */
    private static Spinner afterWaitsThatBlocked() {
        Spinner spinner = new Spinner(HOUR, true);
        while (spinner.begin(false, NOW) == Spinner.NO_SPIN) {
            spinner.blocked(HOUR);
        }
        return spinner;
    }

    /** One wait, in which a spin finds at the second try. */
    private static boolean spins(Spinner spinner) {
        long began = spinner.begin(false, NOW);
        if (began == Spinner.NO_SPIN) {
            return false;
        }
        assertEquals(began, spinner.goOn(began, Timeouts.NONE, NOW));
        spinner.found(began, NOW);
        return true;
    }

    private static int blockingWaitsAfterASpinInVain(Spinner spinner) {
        long began = spinner.begin(false, NOW);
        assertNotEquals(Spinner.NO_SPIN, began);
        assertEquals(Spinner.NO_SPIN, spinner.goOn(began - 2 * HOUR, Timeouts.NONE, NOW));
        int blocked = 0;
        while (spinner.begin(false, NOW) == Spinner.NO_SPIN) {
            blocked++;
        }
        return blocked;
    }
}
