package dev.unixsocket.bench;

import dev.unixsocket.bench.load.OpenLoop;
import dev.unixsocket.bench.peer.Endpoint;
import dev.unixsocket.bench.peer.Samples;
import dev.unixsocket.bench.peer.Session;
import dev.unixsocket.bench.peer.Task;
import dev.unixsocket.bench.peer.Transport;
import dev.unixsocket.bench.peer.Transports;
import dev.unixsocket.bench.report.LoadReport;

import picocli.CommandLine.ArgGroup;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;

import java.io.IOException;
import java.io.PrintStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.time.format.DateTimeParseException;
import java.util.Optional;
import java.util.concurrent.Callable;

/** {@code bench/run load}. */
@Command(
        name = "load",
        sortOptions = false,
        mixinStandardHelpOptions = true,
        description = {
            "Send requests at a given rate to a daemon that runs already, this project's or"
                    + " another, and say how long the answers took.",
            "",
            "An open loop: latencies count from when a request should have been sent, so a request"
                    + " that waits behind a slow one is not left out."
        },
        footer = {
            "",
            "Example:",
            "  bench/run load --rate 2000 --connections 4 --duration 10s"
                    + " --socket $XDG_RUNTIME_DIR/weave/weave.sock"
        },
        exitCodeListHeading = "%nExit status:%n",
        exitCodeList = {"0:measured", "2:wrong command line", "3:a request failed"})
final class LoadCommand implements Callable<Integer> {

    @Option(
            names = "--rate",
            required = true,
            paramLabel = "R",
            description = "Requests per second, over all connections.")
    private double rate;

    @Option(
            names = "--connections",
            required = true,
            paramLabel = "N",
            description = "Connections, or with weve requests, that can be under way at once.")
    private int connections;

    @Option(
            names = "--duration",
            required = true,
            paramLabel = "D",
            description = "For how long: 10s, 0.5s, 2m.")
    private String duration;

    @Option(
            names = "--warm-up",
            paramLabel = "D",
            defaultValue = "2s",
            description =
                    "Before that, at the same rate, for how long without counting."
                            + " Default: 2s")
    private String warmUp;

    static final class Where {
        @Option(names = "--socket", paramLabel = "PATH", description = "The daemon's socket file.")
        private Optional<Path> socket = Optional.empty();

        @Option(
                names = "--endpoint",
                paramLabel = "ENDPOINT",
                description = "Or unix:PATH, abstract:NAME, tcp:PORT of 127.0.0.1.")
        private Optional<String> endpoint = Optional.empty();
    }

    @ArgGroup(multiplicity = "1")
    private Where where;

    @Option(
            names = "--protocol",
            paramLabel = "NAME",
            defaultValue = "weve",
            description =
                    "weve: a connection and a picture of 64 × 64 each; echo: round trips with one"
                            + " of the benchmarks' own servers. Default: weve")
    private String protocol;

    @Option(
            names = "--payload",
            paramLabel = "BYTES",
            defaultValue = "64",
            description = "Bytes of an echo message. Default: 64")
    private int payload;

    @Option(
            names = "--transport",
            paramLabel = "NAME",
            defaultValue = "ffm",
            description =
                    "What the client is made with: ffm, jdk, junixsocket, netty, jnr."
                            + " Default: ffm")
    private String transport;

    @Option(
            names = "--out",
            paramLabel = "FILE",
            description = "Write the numbers, with the raw histograms, to this file in JSON too.")
    private Optional<Path> out = Optional.empty();

    @Spec private CommandSpec spec;

    @Override
    public Integer call() throws IOException {
        OpenLoop loop = loop();
        Endpoint endpoint = checked(this::endpoint);
        Task task = checked(this::task);
        Transport client = checked(() -> Transports.named(transport));
        tryOne(task, endpoint, client);
        OpenLoop.Outcome outcome = loop.run(() -> client.open(task, endpoint));
        PrintStream terminal = new PrintStream(System.out, true, StandardCharsets.UTF_8);
        terminal.print(LoadReport.text(loop, outcome));
        if (out.isPresent()) {
            LoadReport.write(loop, outcome, out.get());
        }
        return outcome.failed() == 0 ? 0 : Bench.PEER_FAILED;
    }

    /** Where nobody answers, one sentence says more than a table of zeros. */
    private static void tryOne(Task task, Endpoint endpoint, Transport client) throws IOException {
        try (Session session = client.open(task, endpoint)) {
            session.measure(new Samples(), 1);
        } catch (IOException | UncheckedIOException e) {
            throw new IOException(endpoint + " does not answer: " + e.getMessage(), e);
        }
    }

    private Endpoint endpoint() {
        return where.endpoint
                .map(Endpoint::parse)
                .orElseGet(() -> Endpoint.unix(where.socket.orElseThrow()));
    }

    private Task task() {
        if (payload < 1 || payload > Task.LARGEST_PAYLOAD) {
            throw new IllegalArgumentException(
                    "--payload: 1 to %d bytes, not %d".formatted(Task.LARGEST_PAYLOAD, payload));
        }
        return switch (protocol) {
            case "weve" -> Task.connectPerRequest();
            case "echo" -> Task.roundTrip(payload);
            default ->
                    throw new IllegalArgumentException(
                            "--protocol: weve or echo, not \"" + protocol + "\"");
        };
    }

    private OpenLoop loop() {
        return checked(
                () -> {
                    if (!(rate > 0) || connections < 1) {
                        throw new IllegalArgumentException("--rate and --connections: more than 0");
                    }
                    Duration length = duration("--duration", duration);
                    if (length.isZero()) {
                        throw new IllegalArgumentException("--duration: more than 0");
                    }
                    return new OpenLoop(rate, connections, duration("--warm-up", warmUp), length);
                });
    }

    private static Duration duration(String option, String text) {
        try {
            Duration duration = Duration.parse("PT" + text);
            if (duration.isNegative()) {
                throw new IllegalArgumentException(option + ": not less than 0");
            }
            return duration;
        } catch (DateTimeParseException e) {
            throw new IllegalArgumentException(
                    option + ": \"" + text + "\" is not like 10s, 0.5s or 2m", e);
        }
    }

    private <T> T checked(java.util.function.Supplier<T> value) {
        try {
            return value.get();
        } catch (IllegalArgumentException e) {
            throw new ParameterException(spec.commandLine(), e.getMessage());
        }
    }
}
