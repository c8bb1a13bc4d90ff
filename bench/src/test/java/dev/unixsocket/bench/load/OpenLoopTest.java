package dev.unixsocket.bench.load;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.unixsocket.bench.compare.Program;
import dev.unixsocket.bench.peer.Endpoint;
import dev.unixsocket.bench.peer.Samples;
import dev.unixsocket.bench.peer.Session;
import dev.unixsocket.bench.peer.Task;
import dev.unixsocket.bench.peer.Transports;
import dev.unixsocket.bench.results.Cell;

import org.HdrHistogram.Histogram;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

import java.io.BufferedReader;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;

/** A server that stalls once, for half a second, in a process of its own. */
class OpenLoopTest {

    private static final long STALL_MILLIS = 500;
    private static final long STALL_NANOS = STALL_MILLIS * 1_000_000;

    @TempDir private Path folder;

    private interface Measuring {
        void with(Endpoint endpoint) throws IOException;
    }

    private void withStallingServer(Measuring measuring) throws Exception {
        Endpoint endpoint = Endpoint.unix(folder.resolve("stall.sock"));
        Program stalling =
                new Program.Java("ffm", List.of("stall", "500", Long.toString(STALL_MILLIS)));
        Process server =
                new ProcessBuilder(stalling.server("echo", endpoint))
                        .redirectError(ProcessBuilder.Redirect.INHERIT)
                        .start();
        try (BufferedReader answers = server.inputReader()) {
            assertEquals("ready " + endpoint, answers.readLine());
            measuring.with(endpoint);
        } finally {
            server.getOutputStream().close();
            assertEquals(0, server.waitFor());
        }
    }

    @Test
    void aStallShowsInTheOpenLoopsPercentiles() throws Exception {
        withStallingServer(
                endpoint -> {
                    OpenLoop loop = new OpenLoop(1000, 1, Duration.ZERO, Duration.ofSeconds(2));
                    OpenLoop.Outcome outcome =
                            loop.run(
                                    () ->
                                            Transports.named("ffm")
                                                    .open(Task.roundTrip(64), endpoint));
                    assertEquals(0, outcome.failed(), outcome.firstFailure());
                    // A quarter of the requests was due during the stall.
                    assertTrue(
                            outcome.latency().getValueAtPercentile(90) > STALL_NANOS / 4,
                            "p90 " + outcome.latency().getValueAtPercentile(90));
                    // From when they were sent, all but one look well.
                    assertTrue(
                            outcome.service().getValueAtPercentile(90) < STALL_NANOS / 4,
                            "p90 " + outcome.service().getValueAtPercentile(90));
                });
    }

    @Test
    void theSameStallHidesInTheClosedLoopsPercentiles() throws Exception {
        withStallingServer(
                endpoint -> {
                    Samples samples = new Samples();
                    try (Session session =
                            Transports.named("ffm").open(Task.roundTrip(64), endpoint)) {
                        session.measure(samples, 4 * STALL_NANOS);
                    }
                    Histogram histogram = Cell.emptyHistogram();
                    for (int i = 0; i < samples.count(); i++) {
                        histogram.recordValue(samples.nanos(i));
                    }
                    assertTrue(histogram.getMaxValue() >= STALL_NANOS, "max hides nothing");
                    assertTrue(
                            histogram.getValueAtPercentile(99) < STALL_NANOS / 4,
                            "p99 " + histogram.getValueAtPercentile(99));
                });
    }

    @Test
    void aServerThatIsNotThereFailsEveryRequestAndEndsNothing() throws IOException {
        Endpoint nobody = Endpoint.unix(folder.resolve("nobody.sock"));
        OpenLoop.Outcome outcome =
                new OpenLoop(100, 2, Duration.ZERO, Duration.ofMillis(200))
                        .run(() -> Transports.named("ffm").open(Task.roundTrip(64), nobody));
        assertEquals(20, outcome.failed());
        assertEquals(0, outcome.latency().getTotalCount());
        assertTrue(outcome.firstFailure().contains("connect"), outcome.firstFailure());
    }
}
