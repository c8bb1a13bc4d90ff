package dev.unixsocket.bench.results;

import static org.junit.jupiter.api.Assertions.assertEquals;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

import java.util.List;
import java.util.OptionalDouble;

/** What a measurement says of a limit. */
class ClaimTest {

    private static Claim claim(Claim.Limit limit, double low, double high, String... marks) {
        return new Claim(
                "latency",
                1,
                limit,
                "ffm against c",
                "one-core",
                OptionalDouble.of((low + high) / 2),
                low,
                high,
                "",
                List.of(marks));
    }

    @ParameterizedTest
    @CsvSource({
        "AT_MOST,  0.95, 0.99, MET",
        "AT_MOST,  0.95, 1.00, MET",
        "AT_MOST,  0.95, 1.01, UNDECIDED",
        "AT_MOST,  1.00, 1.01, UNDECIDED",
        "AT_MOST,  1.01, 1.02, MISSED",
        "BELOW,    0.95, 0.99, MET",
        "BELOW,    0.95, 1.00, UNDECIDED",
        "BELOW,    1.00, 1.02, MISSED",
        "AT_LEAST, 1.00, 1.02, MET",
        "AT_LEAST, 0.99, 1.02, UNDECIDED",
        "AT_LEAST, 0.97, 0.99, MISSED",
        "AT_MOST,  1.00, 1.00, MET",
        "BELOW,    1.00, 1.00, MISSED",
    })
    void theWholeIntervalDecides(Claim.Limit limit, double low, double high, Verdict verdict) {
        assertEquals(verdict, claim(limit, low, high).verdict());
    }

    @Test
    void whatDidNotWarmUpIsUndecidedWhateverItShows() {
        assertEquals(
                Verdict.UNDECIDED, claim(Claim.Limit.AT_MOST, 0.5, 0.6, Cell.UNSTEADY).verdict());
        assertEquals(Verdict.MET, claim(Claim.Limit.AT_MOST, 0.5, 0.6, "wide").verdict());
    }
}
