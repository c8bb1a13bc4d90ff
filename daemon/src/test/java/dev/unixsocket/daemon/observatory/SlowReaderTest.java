package dev.unixsocket.daemon.observatory;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.unixsocket.daemon.LogLines;

import org.junit.jupiter.api.Test;

import java.util.logging.Level;

/** Which events a reader loses that does not keep up, and what is said of it. */
class SlowReaderTest {

    private final SlowReader reader = new SlowReader("pid 1");

    @Test
    void itGetsNothingMoreUntilItsQueueIsHalfEmpty() {
        assertTrue(reader.takes(Limits.QUEUE_BYTES - 10, 10));
        assertFalse(reader.takes(Limits.QUEUE_BYTES - 10, 11));
        assertFalse(reader.takes(Limits.QUEUE_BYTES / 2 + 1, 1));
        assertTrue(reader.takes(Limits.QUEUE_BYTES / 2, 1));
        assertTrue(reader.takes(Limits.QUEUE_BYTES / 2 + 1, 1));
    }

    @Test
    void anEventLargerThanTheQueueGoesOutWhenNothingElseWaits() {
        assertFalse(reader.takes(1, 2 * Limits.QUEUE_BYTES));
        assertTrue(reader.takes(0, 2 * Limits.QUEUE_BYTES));
    }

    @Test
    void howOftenItFallsBehindIsNotSaidEachTime() {
        try (LogLines log = LogLines.of("dev.unixsocket.observatory", Level.INFO)) {
            long end = System.nanoTime() + 100_000_000;
            while (System.nanoTime() < end) {
                assertFalse(reader.takes(Limits.QUEUE_BYTES, 1));
                assertTrue(reader.takes(0, 1));
            }
            assertEquals(1, log.said().size());
            reader.gone();
            assertEquals(2, log.said().size());
            assertTrue(
                    log.said().get(1).matches("WARNING the reader \\(pid 1\\) lost \\d+ events"));
        }
    }
}
