package dev.unixsocket.bench.compare;

import dev.unixsocket.bench.peer.Endpoint;
import dev.unixsocket.bench.peer.ProcessClock;
import dev.unixsocket.bench.peer.Session;
import dev.unixsocket.bench.peer.Task;
import dev.unixsocket.bench.peer.Transports;
import dev.unixsocket.bench.peer.Usage;
import dev.unixsocket.bench.results.Start;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.locks.LockSupport;

/**
 * How long programs take to start, as whole processes, in interleaved rounds: each round starts
 * every program once, one after another. A daemon's start ends when it has answered one WEVE
 * request, asked for again and again until there is an answer; that of a command when it has ended.
 *
 * <p>Confined to one thread. Linux only.
 */
public final class Starts {

    private static final Duration PATIENCE = Duration.ofSeconds(30);

    /** A round of the distribution's programs and the reference. */
    private static final Duration ROUND = Duration.ofMillis(1500);

    /** Between two attempts to connect; the program needs the processor more than this one. */
    private static final long PAUSE_NANOS = 50_000;

    private static final int TAIL = 300;

    private final Workspace workspace;
    private final Map<Program, List<Start.Round>> programs = new LinkedHashMap<>();
    private int sockets;

    /** What is started. */
    private record Program(
            String name, String about, List<String> command, long diskBytes, Ends ends) {}

    /** When a start is over. */
    private enum Ends {
        /** At the socket of {@code XDG_RUNTIME_DIR}. */
        WITH_AN_ANSWER,
        /** At a socket that is the last argument. */
        WITH_AN_ANSWER_AT_ENDPOINT,
        WITH_THE_PROCESS
    }

    private Starts(Workspace workspace) {
        this.workspace = workspace;
    }

    /** How long so many rounds of one distribution take on a machine that is not slow. */
    public static Duration planned(int rounds) {
        return ROUND.multipliedBy(rounds + 1L); // the first is not counted
    }

    /**
     * Measures what there is.
     *
     * @param distributions the first is the base
     * @param rounds how many starts of each program
     * @param leftOut gets a sentence for what is not there, or fails
     */
    public static List<Start> measure(
            List<Distribution> distributions, int rounds, Progress progress, List<String> leftOut) {
        if (!System.getProperty("os.name").equals("Linux")) {
            leftOut.add("Start is left out: it is measured on Linux only.");
            return List.of();
        }
        for (Distribution distribution : distributions) {
            if (!distribution.exists()) {
                leftOut.add("Start is left out: " + distribution.absence() + ".");
                return List.of();
            }
        }
        try (Workspace workspace = Workspace.open()) {
            Starts starts = new Starts(workspace);
            starts.add(distributions, leftOut);
            return starts.run(rounds, progress);
        } catch (IOException e) {
            leftOut.add("Start is left out: " + e.getMessage() + ".");
            return List.of();
        }
    }

    private void add(List<Distribution> distributions, List<String> leftOut) throws IOException {
        for (Distribution distribution : distributions) {
            String suffix = distributions.size() == 1 ? "" : " of " + distribution.folder();
            Path copy = workspace.folder().resolve("no-cache-" + programs.size());
            Distribution without = distribution.withoutCaches(copy);
            add(
                    Start.DAEMON + suffix,
                    "the daemon of the distribution",
                    List.of(distribution.daemon().toAbsolutePath().toString()),
                    distribution.bytes(),
                    Ends.WITH_AN_ANSWER);
            add(
                    Start.WITHOUT_CACHE + suffix,
                    "the same without its class caches",
                    List.of(without.daemon().toString()),
                    distribution.bytesWithoutCaches(),
                    Ends.WITH_AN_ANSWER);
            add(
                    Start.VERSION + suffix,
                    "the command line, until it has printed its version and ended",
                    List.of(distribution.program().toAbsolutePath().toString(), "--version"),
                    distribution.bytes(),
                    Ends.WITH_THE_PROCESS);
        }
        Path reference = JavaCommand.target().resolve("c/reference-server");
        if (Files.isExecutable(reference)) {
            add(
                    Start.REFERENCE,
                    "the C reference, serving the same protocol",
                    List.of(reference.toString(), "weve"),
                    Files.size(reference),
                    Ends.WITH_AN_ANSWER_AT_ENDPOINT);
        } else {
            leftOut.add("The start of c is left out: there was no C compiler (cc).");
        }
    }

    private void add(String name, String about, List<String> command, long bytes, Ends ends) {
        programs.put(new Program(name, about, command, bytes, ends), new ArrayList<>());
    }

    private List<Start> run(int rounds, Progress progress) throws IOException {
        for (Program program : programs.keySet()) {
            progress.say("the first start of " + program.name()); // reads its files from the disk
            start(program, 0);
        }
        progress.say("starting programs, %d times each".formatted(rounds));
        for (int round = 0; round < rounds; round++) {
            for (Map.Entry<Program, List<Start.Round>> program : programs.entrySet()) {
                program.getValue().add(start(program.getKey(), round));
            }
        }
        List<Start> starts = new ArrayList<>();
        programs.forEach(
                (program, each) ->
                        starts.add(
                                new Start(
                                        program.name(),
                                        program.about(),
                                        program.diskBytes(),
                                        List.copyOf(each))));
        return starts;
    }

    private Start.Round start(Program program, int round) throws IOException {
        Path folder = Files.createDirectory(workspace.folder().resolve("s" + sockets++));
        Path output = folder.resolve("output");
        List<String> command = new ArrayList<>(program.command());
        Endpoint endpoint = Endpoint.unix(folder.resolve("weave/weave.sock"));
        if (program.ends() == Ends.WITH_AN_ANSWER_AT_ENDPOINT) {
            endpoint = Endpoint.unix(folder.resolve("weve.sock"));
            command.add(endpoint.toString());
        }
        ProcessBuilder builder =
                new ProcessBuilder(command)
                        .redirectErrorStream(true)
                        .redirectOutput(output.toFile());
        builder.environment().put("XDG_RUNTIME_DIR", folder.toString());
        try {
            return program.ends() == Ends.WITH_THE_PROCESS
                    ? untilItEnds(builder, round)
                    : untilItAnswers(builder, endpoint, round);
        } catch (IOException e) {
            String said = Files.exists(output) ? Files.readString(output).strip() : "";
            throw new IOException(
                    "%s %s: %s"
                            .formatted(
                                    program.name(),
                                    e.getMessage(),
                                    said.substring(Math.max(0, said.length() - TAIL))),
                    e);
        }
    }

    private static Start.Round untilItEnds(ProcessBuilder builder, int round) throws IOException {
        Usage before = Usage.ofEndedChildren();
        long begin = System.nanoTime();
        Process process = builder.start();
        try {
            if (!process.waitFor(PATIENCE)) {
                throw new IOException("did not end");
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IOException("was interrupted", e);
        } finally {
            process.destroyForcibly();
        }
        long nanos = System.nanoTime() - begin;
        if (process.exitValue() != 0) {
            throw new IOException("ended with status " + process.exitValue());
        }
        long processor = Usage.ofEndedChildren().minus(before).processorNanos();
        return new Start.Round(round, nanos, processor, Start.NOT_RESIDENT);
    }

    private Start.Round untilItAnswers(ProcessBuilder builder, Endpoint endpoint, int round)
            throws IOException {
        try (Session session = Transports.named("ffm").open(Task.connectPerRequest(), endpoint)) {
            long begin = System.nanoTime();
            PeerProcess process = PeerProcess.of(builder.start());
            workspace.keep(process);
            try {
                awaitAnswer(session, process, begin + PATIENCE.toNanos());
                long nanos = System.nanoTime() - begin;
                long processor = ProcessClock.nanos(process.pid());
                return new Start.Round(round, nanos, processor, process.residentBytes());
            } finally {
                process.terminate();
                workspace.letGo(process);
            }
        }
    }

    private static void awaitAnswer(Session session, PeerProcess process, long end)
            throws IOException {
        while (true) {
            try {
                session.exchange(1);
                return;
            } catch (IOException notYet) {
                if (!process.isAlive()) {
                    throw new IOException("ended before it answered", notYet);
                }
                if (System.nanoTime() > end) {
                    throw new IOException("did not answer: " + notYet.getMessage(), notYet);
                }
                LockSupport.parkNanos(PAUSE_NANOS);
            }
        }
    }
}
