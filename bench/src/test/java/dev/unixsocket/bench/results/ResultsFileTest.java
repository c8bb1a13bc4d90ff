package dev.unixsocket.bench.results;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.jr.ob.JSON;

import dev.unixsocket.bench.report.Changes;
import dev.unixsocket.bench.report.Html;
import dev.unixsocket.bench.report.Markdown;

import org.HdrHistogram.Histogram;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalDouble;
import java.util.Set;

/** {@code results.json} and what is made of it. */
class ResultsFileTest {

    @TempDir private Path folder;

    static Results results(double ratio) {
        return new Results(
                "bench/run",
                "2026-01-01T00:00:00Z",
                1,
                Map.of("CPU", "one"),
                Map.of("Rounds", "11"),
                new java.util.TreeMap<>(Map.of("c", "C", "ffm", "FFM <&>")),
                List.of(cell("c", Optional.empty()), cell("ffm", Optional.of("it <fell>"))),
                List.of(
                        new Start(
                                Start.DAEMON,
                                "the daemon",
                                75_000_000,
                                List.of(new Start.Round(0, 1.5e8, 2.5e8, 50_000_000)))),
                List.of(
                        new Ratio(
                                Scenario.of("RoundTrip", 64, "one-core"),
                                "ffm",
                                "c",
                                Ratio.LATENCY_P50,
                                ratio,
                                ratio - 0.01,
                                ratio + 0.30,
                                List.of("wide"))),
                List.of(),
                List.of(
                        new Claim(
                                "latency",
                                1.05,
                                Claim.Limit.AT_MOST,
                                "ffm against c",
                                "one-core",
                                OptionalDouble.of(ratio),
                                ratio - 0.01,
                                ratio + 0.30,
                                "",
                                List.of("wide"))),
                List.of("Something is left out."));
    }

    private static Cell cell(String peer, Optional<String> failure) {
        Histogram histogram = Cell.emptyHistogram();
        histogram.recordValue(8_000);
        histogram.recordValue(9_000);
        return new Cell(
                Scenario.of("RoundTrip", 64, "one-core"),
                peer,
                64,
                new Cell.WarmUp(1000, 500, true),
                List.of(new Cell.Round(0, 2, 8_500, 8_500, 1e9 / 8_500, 6_000)),
                new Side(0, 1_000, 2_000, 1.5, 0.25),
                Side.UNKNOWN,
                Optional.empty(),
                0.25,
                Cell.encode(histogram),
                failure,
                failure.isPresent() ? List.of("failed") : List.of());
    }

    @Test
    void whatIsWrittenIsRead() throws IOException {
        Path file = folder.resolve("results.json");
        ResultsFile.write(results(1.02), file);
        assertEquals(results(1.02), ResultsFile.read(file));
    }

    @Test
    void aFileOfAVersionThatMeasuredNoStartsIsRead() throws IOException {
        Path file = folder.resolve("results.json");
        ResultsFile.write(results(1.02), file);
        Map<String, Object> json = JSON.std.mapFrom(Files.readString(file));
        json.remove("starts");
        Files.writeString(file, JSON.std.asString(json));
        assertEquals(List.of(), ResultsFile.read(file).starts());
        assertEquals(results(1.02).cells(), ResultsFile.read(file).cells());
    }

    @Test
    void aRatioHasTheMembersThatProgramsLookFor() throws IOException {
        Path file = folder.resolve("results.json");
        ResultsFile.write(results(1.02), file);
        Object ratios = JSON.std.mapFrom(Files.readString(file)).get("ratios");
        Map<?, ?> ratio = (Map<?, ?>) ((List<?>) ratios).getFirst();
        assertTrue(
                ratio.keySet()
                        .containsAll(
                                Set.of(
                                        "benchmark",
                                        "peer",
                                        "base",
                                        "payload_bytes",
                                        "connections",
                                        "placement",
                                        "metric",
                                        "median",
                                        "low",
                                        "high")),
                ratio.toString());
    }

    @Test
    void aFileOfAnotherKindIsNamedInTheError() throws IOException {
        for (String text : List.of("{\"format\": \"x\"}", "no JSON", "{\"format\":")) {
            Path file = Files.writeString(folder.resolve("other.json"), text);
            IOException error = assertThrows(IOException.class, () -> ResultsFile.read(file));
            assertTrue(error.getMessage().startsWith(file + ": not a results.json"), text);
        }
    }

    @Test
    void aRatioWhoseIntervalsDoNotOverlapHasChanged() {
        String changes = Changes.between(results(1.02), results(1.60));
        assertTrue(changes.contains("RoundTrip: changed"), changes);
        assertTrue(changes.contains("+56.9 %"), changes);
    }

    @Test
    void aRatioWhoseIntervalsOverlapHasNot() {
        String changes = Changes.between(results(1.02), results(1.10));
        assertTrue(changes.contains("RoundTrip: not changed"), changes);
    }

    @Test
    void whatCannotBeReliedOnIsMarkedAndNotHidden() {
        String markdown = Markdown.report(results(1.02));
        assertTrue(markdown.contains("failed: it <fell>"), markdown);
        assertTrue(markdown.contains("1.020 [1.010, 1.320] wide"), markdown);
        assertTrue(markdown.contains("Something is left out."), markdown);
    }

    @Test
    void theHtmlReportNeedsNothingFromElsewhere() {
        String html = Html.report(results(1.02));
        assertTrue(!html.contains("<script") && !html.contains("<link"), "no scripts, no links");
        assertTrue(!html.contains("href=") && !html.contains("src="), "nothing is fetched");
        assertTrue(html.contains("FFM &lt;&amp;&gt;"), "text is escaped");
    }
}
