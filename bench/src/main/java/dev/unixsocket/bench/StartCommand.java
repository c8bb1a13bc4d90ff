package dev.unixsocket.bench;

import dev.unixsocket.bench.compare.Distribution;
import dev.unixsocket.bench.compare.Plan;
import dev.unixsocket.bench.compare.Progress;
import dev.unixsocket.bench.compare.ResultsOf;
import dev.unixsocket.bench.compare.Starts;
import dev.unixsocket.bench.report.Report;
import dev.unixsocket.bench.results.Results;
import dev.unixsocket.bench.results.Start;

import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;

import java.io.IOException;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;

/** {@code bench/run start}. */
@Command(
        name = "start",
        sortOptions = false,
        mixinStandardHelpOptions = true,
        description = {
            "Measure starts as whole processes: time until a daemon has answered a request,"
                    + " processor time, resident memory, bytes on disk.",
            "",
            "Compared are weave-compute of the distribution, the same without its class caches, the"
                    + " C reference, and uds --version, in interleaved rounds. Linux only."
        },
        footer = {
            "",
            "Examples:",
            "  bench/run start",
            "  bench/run start --distribution old/dist,daemon/target/dist"
        },
        exitCodeListHeading = "%nExit status:%n",
        exitCodeList = {"0:measured", "2:wrong command line", "3:a program failed"})
final class StartCommand implements Callable<Integer> {

    /** In a run of everything. */
    static final int STARTS = 20;

    @Option(
            names = "--distribution",
            split = ",",
            paramLabel = "DIR",
            description =
                    "The distributions to start. The first is the base, and the others are held to"
                            + " the limits. Default: daemon/target/dist")
    private List<Path> distributions = List.of(Distribution.ofTheBuild().folder());

    @Option(
            names = "--starts",
            paramLabel = "N",
            defaultValue = "" + STARTS,
            description = "How often each is started, at least 11. Default: 20")
    private int starts;

    @Option(
            names = "--out",
            paramLabel = "DIR",
            description = "Where the report goes. Default: bench/target/report/start")
    private Path out = Bench.defaultOut().resolve("start");

    @Spec private CommandSpec spec;

    @Override
    public Integer call() throws IOException {
        check();
        Files.createDirectories(out);
        ResultsOf results =
                ResultsOf.begin(spec.root().commandLine().getParseResult().originalArgs());
        Progress progress = Progress.onStandardError();
        List<String> leftOut = new ArrayList<>();
        List<Start> measured =
                Starts.measure(
                        distributions.stream().map(Distribution::new).toList(),
                        starts,
                        progress,
                        leftOut);
        progress.end();
        Results all = results.ofStarts(measured, leftOut);
        Report.write(all, out);
        PrintStream terminal = new PrintStream(System.out, true, StandardCharsets.UTF_8);
        terminal.print(Report.tables(all));
        terminal.println("The report: " + out.resolve("report.html"));
        return measured.isEmpty() ? Bench.PEER_FAILED : 0;
    }

    private void check() {
        if (starts < Plan.FEWEST_ROUNDS) {
            throw new ParameterException(
                    spec.commandLine(),
                    "--starts: an interval needs at least %d, not %d"
                            .formatted(Plan.FEWEST_ROUNDS, starts));
        }
        if (distributions.stream().distinct().count() < distributions.size()) {
            throw new ParameterException(
                    spec.commandLine(), "--distribution: one of them is named twice");
        }
    }
}
