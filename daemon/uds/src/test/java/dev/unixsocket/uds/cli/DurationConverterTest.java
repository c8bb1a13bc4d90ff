package dev.unixsocket.uds.cli;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

import picocli.CommandLine.TypeConversionException;

import java.time.Duration;

/** Lengths of time on the command line. */
class DurationConverterTest {

    private final DurationConverter converter = new DurationConverter();

    @ParameterizedTest
    @CsvSource({"50us,PT0.00005S", "500ms,PT0.5S", "60s,PT1M", "2m,PT2M", "1h,PT1H", "0s,PT0S"})
    void aNumberWithAUnitIsALengthOfTime(String text, Duration length) {
        assertEquals(length, converter.convert(text));
    }

    @ParameterizedTest
    @ValueSource(strings = {"5", "0", "", "s", "-1s", "1.5s", "1 s", "1d", "1234567890s"})
    void anythingElseIsNot(String text) {
        TypeConversionException refusal =
                assertThrows(TypeConversionException.class, () -> converter.convert(text));
        assertEquals(
                "'" + text + "' is not a length of time such as 50us, 500ms, 60s, 2m or 1h",
                refusal.getMessage());
    }
}
