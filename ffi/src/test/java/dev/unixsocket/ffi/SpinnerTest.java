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
        long began = spinner.begin();
        spinner.found(began);
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

    /** An hour of budget, and waits that took as long. */
    private static Spinner afterWaitsThatBlocked() {
        Spinner spinner = new Spinner(HOUR, true);
        while (spinner.begin() == Spinner.NO_SPIN) {
            spinner.blocked(HOUR);
        }
        return spinner;
    }

    /** One wait, in which a spin finds at the second try. */
    private static boolean spins(Spinner spinner) {
        long began = spinner.begin();
        if (began == Spinner.NO_SPIN) {
            return false;
        }
        assertEquals(began, spinner.goOn(began, Timeouts.NONE));
        spinner.found(began);
        return true;
    }

    private static int blockingWaitsAfterASpinInVain(Spinner spinner) {
        long began = spinner.begin();
        assertNotEquals(Spinner.NO_SPIN, began);
        assertEquals(Spinner.NO_SPIN, spinner.goOn(began - 2 * HOUR, Timeouts.NONE));
        int blocked = 0;
        while (spinner.begin() == Spinner.NO_SPIN) {
            blocked++;
        }
        return blocked;
    }
}
