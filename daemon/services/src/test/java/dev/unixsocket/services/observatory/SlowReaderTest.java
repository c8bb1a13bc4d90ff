package dev.unixsocket.services.observatory;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.unixsocket.testing.LogLines;

import org.junit.jupiter.api.Test;

import java.util.logging.Level;

/** Which events a reader loses that does not keep up, and what is said of it. */
class SlowReaderTest {

    private long now;

    private final SlowReader reader = new SlowReader("pid 1", () -> now);

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
    void howOftenItFallsBehindIsSaidOnceASecond() {
        try (LogLines log = LogLines.of("dev.unixsocket.observatory", Level.INFO)) {
            for (int i = 0; i < 1_000; i++) {
                assertFalse(reader.takes(Limits.QUEUE_BYTES, 1));
                assertTrue(reader.takes(0, 1));
            }
            assertEquals(1, log.said().size());
            now += 1_000_000_000;
            assertTrue(reader.takes(0, 1));
            assertFalse(reader.takes(Limits.QUEUE_BYTES, 1));
            assertEquals("WARNING the reader (pid 1) lost 1000 events", log.said().getLast());
            reader.gone();
            assertEquals("WARNING the reader (pid 1) lost 1 events", log.said().getLast());
            assertEquals(3, log.said().size());
        }
    }
}
