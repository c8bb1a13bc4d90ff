package dev.unixsocket.services.observatory;

import static org.junit.jupiter.api.Assertions.assertEquals;

import dev.unixsocket.services.connections.OutboundQueue.Outcome;
import dev.unixsocket.testing.LogLines;

import org.junit.jupiter.api.Test;

import java.util.List;
import java.util.logging.Level;

/** What is said of a reader that does not keep up. */
class LossLogTest {

    private long now;

    private final LossLog losses = new LossLog("the reader (pid 1)", () -> now);

    @Test
    void howOftenItFallsBehindIsSaidOnceASecond() {
        try (LogLines log = LogLines.of("dev.unixsocket.observatory", Level.INFO)) {
            for (int i = 0; i < 1_000; i++) {
                losses.offered(Outcome.DROPPED);
                losses.offered(Outcome.QUEUED);
            }
            assertEquals(1, log.said().size());
            now += 1_000_000_000;
            losses.offered(Outcome.QUEUED);
            losses.offered(Outcome.DROPPED);
            assertEquals("WARNING the reader (pid 1) lost 1000 events", log.said().getLast());
            losses.gone();
            assertEquals("WARNING the reader (pid 1) lost 1 events", log.said().getLast());
            assertEquals(3, log.said().size());
        }
    }

    @Test
    void nothingIsSaidOfOneThatKeepsUp() {
        try (LogLines log = LogLines.of("dev.unixsocket.observatory", Level.INFO)) {
            losses.offered(Outcome.QUEUED);
            losses.gone();
            assertEquals(List.of(), log.said());
        }
    }
}
