package dev.unixsocket.bench;

import dev.unixsocket.bench.compare.Peers;
import dev.unixsocket.bench.compare.Plan;
import dev.unixsocket.bench.compare.Profile;
import dev.unixsocket.bench.peer.Task;

import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.Callable;

/** {@code bench/run profile}. */
@Command(
        name = "profile",
        sortOptions = false,
        mixinStandardHelpOptions = true,
        description = {
            "Let a peer repeat a benchmark under async-profiler, and write a flame graph of the"
                    + " processor time of each of its Java processes.",
            "",
            "bench/run --list names the peers, the benchmarks and their payloads."
        },
        footer = {
            "",
            "Examples:",
            "  bench/run profile ffm",
            "  bench/run profile ffm-shm --benchmark Throughput --payload 64"
        },
        exitCodeListHeading = "%nExit status:%n",
        exitCodeList = {
            "0:written",
            "2:wrong command line",
            "3:the peer failed, or there is no profiler"
        })
final class ProfileCommand implements Callable<Integer> {

    private static final int LONGEST_SECONDS = 600;
    private static final int SMALL = 64;

    @Parameters(paramLabel = "PEER", description = "Who is profiled.")
    private String peer;

    @Option(
            names = "--benchmark",
            paramLabel = "NAME",
            description = "What it repeats. Default: RoundTrip, or the first that it can.")
    private Optional<String> benchmark = Optional.empty();

    @Option(
            names = "--payload",
            paramLabel = "BYTES",
            description = "Of a message. Default: 64, or the smallest that it can.")
    private Optional<Integer> payload = Optional.empty();

    @Option(
            names = "--duration",
            paramLabel = "SECONDS",
            description = "For how long, 1 to 600. Default: 10.")
    private int seconds = 10;

    @Option(
            names = "--out",
            paramLabel = "DIR",
            description = "Where the flame graphs go. Default: bench/target/report")
    private Path out = Bench.defaultOut();

    @Spec private CommandSpec spec;

    @Override
    public Integer call() throws IOException {
        if (seconds < 1 || seconds > LONGEST_SECONDS) {
            throw wrong("--duration: 1 to %d, not %d".formatted(LONGEST_SECONDS, seconds));
        }
        Optional<String> missing = Profile.unavailable();
        if (missing.isPresent()) {
            throw new IOException(missing.get());
        }
        try {
            Profile.of(Peers.require(peer), task(), Duration.ofSeconds(seconds), out)
                    .forEach(graph -> spec.commandLine().getOut().println(graph));
            return 0;
        } catch (IllegalArgumentException e) {
            throw wrong(e.getMessage());
        }
    }

    private Task task() {
        return Plan.of(Plan.Size.THOROUGH).tasks().stream()
                .filter(task -> benchmark.map(task.workload()::equals).orElse(true))
                .filter(task -> payload.orElse(Math.max(SMALL, task.payload())) == task.payload())
                .filter(Peers.require(peer)::can)
                .findFirst()
                .orElseThrow(
                        () -> new IllegalArgumentException("there is no such benchmark of it"));
    }

    private ParameterException wrong(String message) {
        return new ParameterException(spec.commandLine(), message);
    }
}
