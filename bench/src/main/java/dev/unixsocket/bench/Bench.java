package dev.unixsocket.bench;

import dev.unixsocket.bench.compare.Placement;
import dev.unixsocket.bench.compare.Plan;
import dev.unixsocket.bench.report.Report;
import dev.unixsocket.bench.results.Results;
import dev.unixsocket.bench.results.Verdict;

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
            ProfileCommand.class,
            CompareCommand.class,
            ReportCommand.class,
            CommandLine.HelpCommand.class
        },
        description = {
            "Measure what system calls through FFM cost, against C, the JDK's channels and other"
                    + " libraries, and what AF_UNIX saves against TCP loopback, for bytes and for"
                    + " the messages of uds ipc and uds events.",
            "",
            "Without options all benchmarks run, in under 10 minutes. Peers are two processes"
                    + " each, measured in interleaved rounds. Builds what is missing or older than"
                    + " the sources. bench/run jmh ARGS runs the JMH benchmarks."
        },
        footer = {
            "",
            "Examples:",
            "  bench/run --quick",
            "  bench/run --peers c,ffm,jdk --benchmarks RoundTrip --placements one-core",
            "  bench/run --peers ffm,ffm-again      # differences by chance alone",
            "  bench/run --quick --repeat 5         # how much five runs differ",
            "  bench/run load --rate 5000 --connections 4 --duration 10s --socket PATH",
            "  bench/run start",
            "  bench/run compare old/results.json new/results.json",
            "  bench/run jmh RoundTrip -p transport=ffm -prof gc"
        },
        exitCodeListHeading = "%nExit status:%n",
        exitCodeList = {
            "0:measured",
            "1:with --check, a limit is missed",
            "2:wrong command line",
            "3:a peer failed",
            "4:with --check, no limit is missed and one is undecided"
        })
public final class Bench implements Callable<Integer> {

    /** With {@code --check}: a limit is missed, or something is worse. */
    static final int MISSED = 1;

    static final int PEER_FAILED = 3;

    /** With {@code --check}: an interval is on both sides of its limit. */
    static final int UNDECIDED = 4;

    private static final int MOST_RUNS = 100;

    /** How much to measure. */
    static final class Size {
        @Option(
                names = "--quick",
                description =
                        "The payloads and peers that the limits name, one connection, no"
                                + " events, in under 2 minutes.")
        private boolean quick;

        @Option(names = "--thorough", description = "All payloads and peers, for about an hour.")
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
            description =
                    "Two or more; the first is the base. --list names them. Default: those that a"
                            + " limit or a claim names, and with most payloads one of each kind;"
                            + " all with --thorough.")
    private List<String> peers = List.of();

    @Option(
            names = "--benchmarks",
            split = ",",
            paramLabel = "NAME",
            description =
                    "RoundTrip, Throughput, ConnectPerRequest, IpcRequest, EventLatency,"
                            + " EventThroughput, Connections, OneBusy, OpenLoop, PostgreSQL, Start."
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
            description =
                    "one-core, two-cores, unpinned. Default: the first two, all with --thorough.")
    private List<String> placements = List.of();

    @Option(
            names = "--rounds",
            paramLabel = "N",
            description =
                    "Exactly so many interleaved rounds, at least 11. Default: at least 21 (11 if"
                            + " quick, 31 if thorough), and as many as --limit allows.")
    private Optional<Integer> rounds = Optional.empty();

    @Option(
            names = "--limit",
            paramLabel = "SECONDS",
            description =
                    "How long a run may take: rounds are repeated until every interval is narrower"
                            + " than 3 %% or the time is over. Default: 560, quick 105, thorough"
                            + " 3600.")
    private Optional<Integer> limitSeconds = Optional.empty();

    @Option(
            names = "--slice",
            paramLabel = "MILLIS",
            description =
                    "How long a peer is measured in a round, 1 to 60000; batches of messages for"
                            + " twice as long. Default: 20, thorough 150.")
    private Optional<Integer> sliceMillis = Optional.empty();

    @Option(
            names = "--out",
            paramLabel = "DIR",
            description = "Where the report goes. Default: bench/target/report")
    private Path out = defaultOut();

    @Option(
            names = "--repeat",
            paramLabel = "N",
            description =
                    "Run all of it so often, 1 to 100, each into a folder of its own, and print how"
                            + " far the ratios of the runs agree. Default: 1")
    private int repeat = 1;

    @Option(
            names = "--tables",
            description = "Print all tables when it is done, and not only the verdicts.")
    private boolean tables;

    @Option(
            names = "--check",
            description = "Say by the exit status whether the project's limits are met.")
    private boolean check;

    @Option(
            names = "--list",
            description = "List the peers, the benchmarks and their payloads, and do nothing else.")
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
            new PrintStream(System.out, true, StandardCharsets.UTF_8).print(Listing.text());
            return 0;
        }
        Plan plan = plan();
        Files.createDirectories(out); // better an error now than after ten minutes
        FullRun run =
                new FullRun(
                        plan,
                        size.chosen(),
                        benchmarks,
                        spec.commandLine().getParseResult().originalArgs());
        PrintStream terminal = new PrintStream(System.out, true, StandardCharsets.UTF_8);
        List<Results> all = new ArrayList<>();
        for (int i = 1; i <= repeat; i++) {
            Path folder = repeat == 1 ? out : out.resolve("run-" + i);
            Results results = run.measure();
            all.add(results);
            Report.write(results, folder);
            terminal.print(tables ? Report.tables(results) : Report.summary(results));
            terminal.println("The report: " + folder.resolve("report.html"));
        }
        if (repeat > 1) {
            terminal.println();
            terminal.print(Report.agreement(all));
        }
        return all.stream().mapToInt(this::status).filter(s -> s != 0).findFirst().orElse(0);
    }

    private int status(Results results) {
        if (check && results.has(Verdict.MISSED)) {
            return MISSED;
        }
        if (results.hasFailures()) {
            return PEER_FAILED;
        }
        return check && results.has(Verdict.UNDECIDED) ? UNDECIDED : 0;
    }

    private Plan plan() {
        if (repeat < 1 || repeat > MOST_RUNS) {
            throw new ParameterException(
                    spec.commandLine(), "--repeat: 1 to %d, not %d".formatted(MOST_RUNS, repeat));
        }
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
                plan = plan.withoutSweeps();
            }
            plan = limitSeconds.map(Duration::ofSeconds).map(plan::withLimit).orElse(plan);
            plan = rounds.map(plan::withRounds).orElse(plan);
            return sliceMillis.map(Duration::ofMillis).map(plan::withSlice).orElse(plan);
        } catch (IllegalArgumentException e) {
            throw new ParameterException(spec.commandLine(), e.getMessage());
        }
    }
}
