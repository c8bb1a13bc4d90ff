package dev.unixsocket.bench;

import dev.unixsocket.bench.compare.Comparison;
import dev.unixsocket.bench.compare.Distribution;
import dev.unixsocket.bench.compare.Peer;
import dev.unixsocket.bench.compare.Peers;
import dev.unixsocket.bench.compare.Placement;
import dev.unixsocket.bench.compare.Plan;
import dev.unixsocket.bench.compare.Postgres;
import dev.unixsocket.bench.compare.Progress;
import dev.unixsocket.bench.compare.ResultsOf;
import dev.unixsocket.bench.compare.Starts;
import dev.unixsocket.bench.compare.Sweep;
import dev.unixsocket.bench.compare.Workspace;
import dev.unixsocket.bench.report.Report;
import dev.unixsocket.bench.results.Cell;
import dev.unixsocket.bench.results.Claim;
import dev.unixsocket.bench.results.Results;
import dev.unixsocket.bench.results.Start;

import picocli.CommandLine;
import picocli.CommandLine.ArgGroup;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;

import java.io.IOException;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.AccessDeniedException;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.Callable;

/** {@code bench/run}: compares the peers and writes the report. */
@Command(
        name = "bench/run",
        sortOptions = false,
        mixinStandardHelpOptions = true,
        version = "0.1.0",
        subcommands = {
            LoadCommand.class,
            StartCommand.class,
            CompareCommand.class,
            ReportCommand.class,
            CommandLine.HelpCommand.class
        },
        description = {
            "Measure what system calls through FFM cost, against C, the JDK's channels and other"
                    + " libraries, and what AF_UNIX saves against TCP loopback, for bytes and for"
                    + " the messages of uds ipc and uds events.",
            "",
            "Without options everything is compared, in 10 to 15 minutes. Peers are two processes"
                    + " each, measured in interleaved rounds. Builds what is missing or older than"
                    + " the sources. bench/run jmh ARGS runs the JMH benchmarks."
        },
        footer = {
            "",
            "Examples:",
            "  bench/run --quick",
            "  bench/run --peers c,ffm,jdk --benchmarks RoundTrip --placements one-core",
            "  bench/run --peers ffm,ffm-again      # how far apart chance alone takes two equals",
            "  bench/run load --rate 5000 --connections 4 --duration 10s --socket PATH",
            "  bench/run start",
            "  bench/run compare old/results.json new/results.json",
            "  bench/run jmh RoundTrip -p transport=ffm -prof gc"
        },
        exitCodeListHeading = "%nExit status:%n",
        exitCodeList = {"0:measured", "2:wrong command line", "3:a peer failed"})
public final class Bench implements Callable<Integer> {

    static final int PEER_FAILED = 3;

    private static final int QUICK_TRANSACTIONS = 1500;
    private static final int TRANSACTIONS = 5000;

    /** How much to measure. */
    static final class Size {
        @Option(
                names = "--quick",
                description = "A few payloads, one connection, no events, in under 2 minutes.")
        private boolean quick;

        @Option(names = "--thorough", description = "All payloads for long: about an hour.")
        private boolean thorough;

        private Plan.Size chosen() {
            if (quick) {
                return Plan.Size.QUICK;
            }
            return thorough ? Plan.Size.THOROUGH : Plan.Size.NORMAL;
        }
    }

    @ArgGroup private Size size = new Size();

    @Option(
            names = "--peers",
            split = ",",
            paramLabel = "NAME",
            description = "Two or more; the first is the base. Default: all. --list names them.")
    private List<String> peers = List.of();

    @Option(
            names = "--benchmarks",
            split = ",",
            paramLabel = "NAME",
            description =
                    "RoundTrip, Throughput, ConnectPerRequest, IpcRequest, EventLatency,"
                            + " EventThroughput, Connections, OneBusy, PostgreSQL, Start."
                            + " Default: all.")
    private List<String> benchmarks = List.of();

    @Option(
            names = "--payloads",
            split = ",",
            paramLabel = "BYTES",
            description = "Only these of the benchmarks' payloads.")
    private List<Integer> payloads = List.of();

    @Option(
            names = "--connections",
            split = ",",
            paramLabel = "N",
            description =
                    "How many connections the benchmark Connections has, one number after another."
                            + " Default: 1,10,100,1000,10000.")
    private List<Integer> connections = List.of();

    @Option(
            names = "--placements",
            split = ",",
            paramLabel = "NAME",
            description = "one-core, two-cores, unpinned. Default: all.")
    private List<String> placements = List.of();

    @Option(
            names = "--rounds",
            paramLabel = "N",
            description =
                    "How many interleaved rounds, at least 11. Default: 11, or 31 if thorough.")
    private Optional<Integer> rounds = Optional.empty();

    @Option(
            names = "--slice",
            paramLabel = "MILLIS",
            description = "How long a peer is measured in a round, 1 to 60000.")
    private Optional<Integer> sliceMillis = Optional.empty();

    @Option(
            names = "--out",
            paramLabel = "DIR",
            description = "Where the report goes. Default: bench/target/report")
    private Path out = defaultOut();

    @Option(names = "--list", description = "List the peers and do nothing else.")
    private boolean list;

    @Spec private CommandSpec spec;

    /** Runs the command line and exits with its status. */
    public static void main(String[] arguments) {
        System.exit(
                new CommandLine(new Bench())
                        .setCaseInsensitiveEnumValuesAllowed(true)
                        .setExecutionExceptionHandler(Bench::fail)
                        .execute(arguments));
    }

    private static int fail(Exception e, CommandLine command, CommandLine.ParseResult parsed)
            throws Exception {
        String message =
                switch (e) {
                    case NoSuchFileException file -> file.getFile() + ": no such file";
                    case AccessDeniedException file -> file.getFile() + ": permission denied";
                    case FileAlreadyExistsException file -> file.getFile() + ": not a directory";
                    case IOException any -> any.getMessage();
                    default -> throw e;
                };
        command.getErr().println("bench: " + message);
        return PEER_FAILED;
    }

    /** Where reports go when nobody says otherwise. */
    static Path defaultOut() {
        return Path.of(System.getProperty("bench.report", "report"));
    }

    @Override
    public Integer call() throws IOException {
        if (list) {
            listPeers();
            return 0;
        }
        Plan plan = plan();
        Files.createDirectories(out); // better an error now than after ten minutes
        Results results = measure(plan);
        Report.write(results, out);
        PrintStream terminal = new PrintStream(System.out, true, StandardCharsets.UTF_8);
        terminal.print(Report.tables(results));
        terminal.println("The report: " + out.resolve("report.html"));
        return results.hasFailures() ? PEER_FAILED : 0;
    }

    private Results measure(Plan plan) throws IOException {
        ResultsOf results = ResultsOf.begin(spec.commandLine().getParseResult().originalArgs());
        Progress progress = Progress.onStandardError();
        List<String> leftOut = new ArrayList<>();
        List<Claim> postgres = List.of();
        if (benchmarks.isEmpty() || benchmarks.contains("PostgreSQL")) {
            boolean quick = size.chosen() == Plan.Size.QUICK;
            postgres =
                    Postgres.measure(
                            quick ? plan.withPlacements(List.of(Placement.ONE_CORE)) : plan,
                            quick ? QUICK_TRANSACTIONS : TRANSACTIONS,
                            progress,
                            leftOut);
        }
        List<Start> starts = List.of();
        if (isAsked(Start.BENCHMARK)) {
            starts =
                    Starts.measure(
                            List.of(new Distribution(StartCommand.defaultDistribution())),
                            StartCommand.STARTS,
                            progress,
                            leftOut);
        }
        try (Workspace workspace = Workspace.open()) {
            Comparison comparison = new Comparison(plan, progress, workspace);
            Sweep sweep = new Sweep(plan, progress, workspace);
            progress.begin(comparison.measuring().plus(sweep.measuring()));
            List<Cell> cells = new ArrayList<>(comparison.run());
            cells.addAll(sweep.run());
            progress.end();
            leftOut.addAll(0, sweep.leftOut());
            leftOut.addAll(0, comparison.leftOut());
            return results.end(plan, comparison.placements(), cells, starts, postgres, leftOut);
        }
    }

    /** What takes its time is not part of a quick run, unless it is named. */
    private boolean isAsked(String benchmark) {
        return benchmarks.contains(benchmark)
                || (benchmarks.isEmpty() && size.chosen() != Plan.Size.QUICK);
    }

    private void listPeers() {
        PrintStream terminal = new PrintStream(System.out, true, StandardCharsets.UTF_8);
        for (List<Peer> some : List.of(Peers.ALL, Peers.CONTROLS)) {
            some.forEach(peer -> terminal.printf("%-20s %s%n", peer.name(), peer.about()));
        }
        terminal.printf("%nServers of many connections:%n");
        Peers.MANY.forEach(peer -> terminal.printf("%-20s %s%n", peer.name(), peer.about()));
    }

    private Plan plan() {
        try {
            Plan plan = Plan.of(size.chosen());
            if (!peers.isEmpty()) {
                plan = plan.withPeers(peers);
            }
            if (!placements.isEmpty()) {
                plan = plan.withPlacements(placements.stream().map(Placement::labelled).toList());
            }
            if (!connections.isEmpty()) {
                plan = plan.withConnections(connections);
            }
            plan = plan.choosing(benchmarks, payloads);
            if (benchmarks.isEmpty() && size.chosen() == Plan.Size.QUICK) {
                plan = plan.withoutSweep();
            }
            plan = rounds.map(plan::withRounds).orElse(plan);
            return sliceMillis.map(Duration::ofMillis).map(plan::withSlice).orElse(plan);
        } catch (IllegalArgumentException e) {
            throw new ParameterException(spec.commandLine(), e.getMessage());
        }
    }
}
