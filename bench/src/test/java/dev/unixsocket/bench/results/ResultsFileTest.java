package dev.unixsocket.bench.results;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.jr.ob.JSON;

import dev.unixsocket.bench.report.Html;
import dev.unixsocket.bench.report.Markdown;
import dev.unixsocket.bench.report.Report;

import org.HdrHistogram.Histogram;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Base64;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalDouble;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.zip.GZIPInputStream;

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
                List.of(point(2000, true), point(5000, false)),
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
                List.of(new Cell.Round(0, 2, 8_600, 8_600, 1e9 / 8_600, 6_000)),
                new Side(0, 1_000, 2_000, 1.5, 0.25),
                Side.UNKNOWN,
                Optional.empty(),
                0.25,
                Cell.encode(histogram),
                failure,
                failure.isPresent() ? List.of("failed") : List.of());
    }

    private static RatePoint point(int perSecond, boolean kept) {
        Histogram histogram = Cell.emptyHistogram();
        histogram.recordValue(perSecond * 10L);
        String text = Cell.encode(histogram);
        return new RatePoint(
                "ffm",
                64,
                "two-cores",
                perSecond,
                kept ? perSecond : perSecond / 2.0,
                kept,
                text,
                Cell.encode(Cell.emptyHistogram()),
                Optional.empty(),
                List.of());
    }

    @Test
    void whatIsWrittenIsRead() throws IOException {
        Path file = folder.resolve("results.json");
        ResultsFile.write(results(1.02), file);
        assertEquals(results(1.02), ResultsFile.read(file));
    }

    @Test
    void aFileOfAVersionThatMeasuredNoStartsAndNoRatesIsRead() throws IOException {
        Path file = folder.resolve("results.json");
        ResultsFile.write(results(1.02), file);
        Map<String, Object> json = JSON.std.mapFrom(Files.readString(file));
        json.remove("starts");
        json.remove("open_loop");
        Files.writeString(file, JSON.std.asString(json));
        assertEquals(List.of(), ResultsFile.read(file).starts());
        assertEquals(List.of(), ResultsFile.read(file).rates());
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
    void whatCannotBeReliedOnIsMarkedAndNotHidden() {
        String markdown = Markdown.report(results(1.02));
        assertTrue(markdown.contains("failed: it <fell>"), markdown);
        assertTrue(markdown.contains("1.020 [1.010, 1.320] wide"), markdown);
        assertTrue(markdown.contains("Something is left out."), markdown);
    }

    @Test
    void theHtmlReportNeedsNothingFromElsewhere() throws IOException {
        String html = Html.report(results(1.02));
        assertTrue(!html.contains("<script") && !html.contains("<link"), "no scripts, no links");
        String fetched = html.replaceAll("href=\"data:", "");
        assertTrue(!fetched.contains("href=") && !fetched.contains("src="), "nothing is fetched");
        assertTrue(html.contains("FFM &lt;&amp;&gt;"), "text is escaped");
    }

    private static byte[] download(String html, String name) {
        Matcher link =
                Pattern.compile("download=\"" + name + "\" href=\"data:[^;]*;base64,([^\"]*)\"")
                        .matcher(html);
        assertTrue(link.find(), name);
        return Base64.getDecoder().decode(link.group(1));
    }

    @Test
    void theHtmlReportHoldsItsNumbersAsFiles() throws IOException {
        String html = Html.report(results(1.02));
        Path file = folder.resolve("results.json");
        try (InputStream json =
                new GZIPInputStream(new ByteArrayInputStream(download(html, "results.json.gz")))) {
            Files.copy(json, file);
        }
        assertEquals(results(1.02), ResultsFile.read(file));
        List<String> lines =
                new String(download(html, "results.csv"), StandardCharsets.UTF_8).lines().toList();
        assertEquals(5, lines.size(), "a header and a line for each peer and each rate");
        assertTrue(lines.getFirst().startsWith("benchmark,payload_bytes,"), lines.getFirst());
        assertTrue(lines.get(2).contains("ffm,1,2,8003,9007,"), lines.get(2));
        assertTrue(lines.get(2).contains("1.02,1.01,1.32"), lines.get(2));
        assertTrue(
                lines.getLast().startsWith("OpenLoop,64,1,two-cores,ffm,,1,50"), lines.getLast());
        assertTrue(lines.getLast().endsWith(",5000"), lines.getLast());
    }

    @Test
    void everyPictureSaysWhatItShowsAndWhichWayIsBetter() throws IOException {
        String html = Html.report(results(1.02));
        String[] pictures = html.split("<svg ");
        assertTrue(pictures.length > 1, "there is a picture");
        for (int i = 1; i < pictures.length; i++) {
            assertTrue(pictures[i].contains("font-weight=\"600\""), pictures[i]);
            assertTrue(pictures[i].matches("(?s).*(less|more) is better.*"), pictures[i]);
        }
    }

    @Test
    void thePictureOfTheLatencyHasABarOfTheBase() throws IOException {
        Report.write(results(1.02), folder);
        String svg = Files.readString(folder.resolve("latency.svg"));
        assertTrue(svg.contains(">c</text>") && svg.contains(">ffm</text>"), svg);
        assertTrue(svg.contains("1.020 (wide)"), svg);
        assertTrue(svg.contains("less is better"), svg);
    }

    @Test
    void aPictureHasItsColoursWithoutAStyleSheet() throws IOException {
        Report.write(results(1.02), folder);
        for (String name : List.of("latency.svg", "rates.svg")) {
            String svg = Files.readString(folder.resolve(name));
            assertTrue(svg.contains("prefers-color-scheme: dark"), "dark on a dark page");
            String plain = svg.replaceAll("(?s)<style>.*?</style>", "");
            assertTrue(!plain.contains("var(") && !plain.contains("style="), plain);
            Matcher drawn =
                    Pattern.compile("<(rect|line|path|polyline|text) [^>]*>").matcher(plain);
            int count = 0;
            for (; drawn.find(); count++) {
                assertTrue(drawn.group().matches(".*(fill|stroke)=\"#.*"), drawn.group());
            }
            assertTrue(count > 10, plain);
        }
    }

    @Test
    void theSummarySaysWhoIsFasterByHowMuchAndWhatIsNotMet() {
        List<String> lines = Report.summary(results(1.02)).lines().toList();
        assertTrue(
                lines.contains("ffm/c                   1.020 [1.010, 1.320] slower"),
                lines.toString());
        assertTrue(lines.contains("Limits of the project: 1 undecided"), lines.toString());
        List<String> faster = Report.summary(results(0.5)).lines().toList();
        assertTrue(
                faster.contains("ffm/c                   0.500 [0.490, 0.800] faster"),
                faster.toString());
        assertTrue(faster.contains("Limits of the project: 1 met"), faster.toString());
        List<String> even = Report.summary(results(0.9)).lines().toList();
        assertTrue(
                even.contains("ffm/c                   0.900 [0.890, 1.200] even"),
                even.toString());
    }

    @Test
    void aRateThatIsTooMuchIsSaidToBe() {
        String markdown = Markdown.report(results(1.02));
        assertTrue(markdown.contains("| 20.0? | 50.0? too much |"), markdown);
    }

    @Test
    void thePercentileOfFewSamplesIsFlagged() {
        String markdown = Markdown.report(results(1.02));
        assertTrue(markdown.contains("8.00?"), markdown);
    }
}
