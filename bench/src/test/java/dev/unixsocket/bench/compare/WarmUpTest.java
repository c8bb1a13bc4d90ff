package dev.unixsocket.bench.compare;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.unixsocket.bench.results.Cell;

import org.junit.jupiter.api.Test;

import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.function.IntFunction;

/** When a peer is warm. */
class WarmUpTest {

    private static final WarmUp PATIENT = new WarmUp(Duration.ZERO, Duration.ofMinutes(1), 0);
    private static final WarmUp HASTY = new WarmUp(Duration.ZERO, Duration.ofMillis(20), 0);

    private final List<WarmUp.Sample> taken = new ArrayList<>();

    private Cell.WarmUp run(WarmUp how, IntFunction<WarmUp.Sample> slices) throws IOException {
        return how.run(
                () -> {
                    taken.add(slices.apply(taken.size()));
                    return taken.getLast();
                });
    }

    @Test
    void aPeerThatIsSteadyFromTheBeginningTakesSixSlices() throws IOException {
        Cell.WarmUp warmUp = run(PATIENT, _ -> new WarmUp.Sample(10, 100, true));
        assertTrue(warmUp.steady());
        assertEquals(60, warmUp.exchanges());
    }

    @Test
    void itIsNotOverWhileTheCompilersWork() throws IOException {
        run(PATIENT, i -> new WarmUp.Sample(10, 100, i >= 20));
        assertEquals(23, taken.size(), "three slices in which the compilers rest");
    }

    @Test
    void itIsNotOverWhileTheMediansFall() throws IOException {
        run(PATIENT, i -> new WarmUp.Sample(10, i < 20 ? 1000 - 40 * i : 200, true));
        assertTrue(taken.size() >= 23, taken.toString());
    }

    @Test
    void aMedianThatIsHigherOnceIsNoise() throws IOException {
        run(PATIENT, i -> new WarmUp.Sample(10, i % 2 == 0 ? 100 : 150, true));
        assertEquals(6, taken.size());
    }

    @Test
    void whatIsStillCompiledWhenTheTimeIsOverIsNotSteady() throws IOException {
        assertFalse(run(HASTY, _ -> new WarmUp.Sample(10, 100, false)).steady());
    }

    @Test
    void thereAreAsManyExchangesAsAreAskedFor() throws IOException {
        WarmUp many = new WarmUp(Duration.ZERO, Duration.ofMinutes(1), 1000);
        assertEquals(1000, run(many, _ -> new WarmUp.Sample(10, 100, true)).exchanges());
    }
}
