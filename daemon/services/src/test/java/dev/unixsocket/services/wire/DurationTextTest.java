package dev.unixsocket.services.wire;

import static org.junit.jupiter.api.Assertions.assertEquals;

import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

import java.time.Duration;

/** Durations for people. */
class DurationTextTest {

    @ParameterizedTest
    @CsvSource({
        "PT0S,0 s",
        "PT5S,5 s",
        "PT2M,120 s",
        "PT0.5S,500 ms",
        "PT1.5S,1.5 s",
        "PT-1S,-1 s",
        "PT0.000000001S,1 ns"
    })
    void theyHaveTheirUnit(Duration duration, String text) {
        assertEquals(text, DurationText.of(duration));
    }
}
