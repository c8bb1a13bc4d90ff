package dev.unixsocket.bench.compare;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.unixsocket.bench.RequiredTools;
import dev.unixsocket.bench.report.Documents;
import dev.unixsocket.bench.report.Html;
import dev.unixsocket.bench.report.Markdown;
import dev.unixsocket.bench.results.Ratio;
import dev.unixsocket.bench.results.Results;
import dev.unixsocket.bench.results.Start;

import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.EnabledOnOs;
import org.junit.jupiter.api.condition.OS;
import org.junit.jupiter.api.io.TempDir;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;

/**
 * Starts of distributions whose daemon is the C reference behind a shell script, which has started
 * long before a Java one would.
 */
@EnabledOnOs(OS.LINUX)
class StartsTest {

    private static final int CACHE_BYTES = 1000;
    private static final String SERVE =
            "exec %s weve \"unix:$XDG_RUNTIME_DIR/weave/weave.sock\"\n"
                    .formatted(JavaCommand.target().resolve("c/reference-server"));

    @TempDir private Path folder;

    private final List<String> leftOut = new ArrayList<>();

    @BeforeEach
    void theDaemonIsAProgramInC() {
        RequiredTools.requireTool("cc", "to compile the C reference");
    }

    /** Its daemon runs that shell script. */
    private Distribution distribution(String name, String script) throws IOException {
        Path dist = folder.resolve(name);
        Files.createDirectories(dist.resolve("bin"));
        Files.createDirectories(dist.resolve("lib"));
        Files.write(dist.resolve("lib/weave-compute.aot"), new byte[CACHE_BYTES]);
        script(dist.resolve("bin/weave-compute"), "mkdir \"$XDG_RUNTIME_DIR/weave\"\n" + script);
        script(dist.resolve("bin/uds"), "echo 1\n");
        return new Distribution(dist);
    }

    private static void script(Path file, String text) throws IOException {
        Files.writeString(file, "#!/bin/sh\n" + text);
        Files.setPosixFilePermissions(file, PosixFilePermissions.fromString("rwxr-xr-x"));
    }

    private Results measure(Distribution... distributions) {
        ResultsOf results = ResultsOf.begin(List.of("start"));
        return results.ofStarts(
                Starts.measure(
                        List.of(distributions), Plan.FEWEST_ROUNDS, Progress.silent(), leftOut),
                leftOut);
    }

    @Test
    void everyProgramIsStartedOnceInEveryRound() throws IOException {
        Results results = measure(distribution("dist", SERVE));
        assertEquals(List.of(), leftOut);
        assertEquals(
                List.of(Start.DAEMON, Start.WITHOUT_CACHE, Start.VERSION, Start.REFERENCE),
                results.starts().stream().map(Start::peer).toList());
        for (Start start : results.starts()) {
            assertEquals(Plan.FEWEST_ROUNDS, start.rounds().size(), start.peer());
            boolean stays = !start.peer().equals(Start.VERSION);
            for (Start.Round round : start.rounds()) {
                assertTrue(round.nanos() > 0 && round.processorNanos() > 0, start.toString());
                assertEquals(stays, round.residentBytes() > 0, start.toString());
            }
        }
    }

    @Test
    void theDistributionWithoutItsCacheHasAllButTheCache() throws IOException {
        Distribution dist = distribution("dist", SERVE);
        Files.writeString(dist.folder().resolve("lib/README"), "kept");
        assertEquals(CACHE_BYTES, dist.bytes() - dist.bytesWithoutCaches());
        Distribution without = dist.withoutCaches(folder.resolve("copy"));
        assertTrue(without.exists());
        assertEquals("kept", Files.readString(without.folder().resolve("lib/README")));
        assertFalse(Files.exists(without.folder().resolve("lib/weave-compute.aot")));
    }

    @Test
    void aDistributionMadeSlowerShowsInTheRatioAndMissesItsLimits() throws IOException {
        Distribution before = distribution("before", SERVE);
        Distribution after = distribution("after", "sleep 0.1\n" + SERVE);
        Results results = measure(before, after);
        Ratio ratio =
                results.ratio(
                                Start.SCENARIO,
                                "weave-compute of " + after.folder(),
                                "weave-compute of " + before.folder(),
                                Start.TIME)
                        .orElseThrow();
        assertTrue(ratio.low() > 1, ratio.toString());
        String limits = Markdown.report(results).replaceFirst("(?s).*What a start must show", "");
        assertTrue(
                Stream.of("Time to serve", "Resident", "Distribution on disk")
                        .allMatch(limits::contains),
                limits);
        assertTrue(limits.contains("missed"), limits);
        assertTrue(Html.report(results).contains("Time to serve"));
    }

    @Test
    void aDaemonThatEndsIsLeftOutWithWhatItSaid() throws IOException {
        measure(distribution("dist", "echo no such luck >&2; exit 1\n"));
        assertEquals(1, leftOut.size(), leftOut.toString());
        assertTrue(leftOut.getFirst().contains("no such luck"), leftOut.getFirst());
    }

    @Test
    void withoutADistributionTheReportSaysHowToMakeOne() {
        measure(new Distribution(folder));
        assertTrue(leftOut.getFirst().contains("daemon/run"), leftOut.toString());
    }

    @Test
    void aDocumentGetsTheStartsAndKeepsWhatWasNotMeasured() throws IOException {
        Path document =
                Files.writeString(
                        folder.resolve("README.md"),
                        """
                        <!-- bench:start -->
                        old
                        <!-- bench:end -->
                        <!-- bench:required -->
                        kept
                        <!-- bench:end -->
                        """);
        Start start =
                new Start(
                        Start.WITHOUT_CACHE,
                        "a daemon",
                        1_000_000,
                        List.of(new Start.Round(0, 1e8, 1e8, 1e6)));
        Documents.refresh(
                document, ResultsOf.begin(List.of("start")).ofStarts(List.of(start), List.of()));
        String text = Files.readString(document);
        assertTrue(text.contains("| weave-compute, no cache"), text);
        assertTrue(text.contains("kept") && !text.contains("old"), text);
    }
}
