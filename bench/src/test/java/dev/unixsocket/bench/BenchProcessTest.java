package dev.unixsocket.bench;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.jr.ob.JSON;

import dev.unixsocket.bench.compare.JavaCommand;

import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.EnabledOnOs;
import org.junit.jupiter.api.condition.OS;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

import picocli.CommandLine;

import java.io.IOException;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.function.BooleanSupplier;
import java.util.stream.Stream;

/** {@code bench/run} as a process: its exit statuses, and what it leaves behind. */
@EnabledOnOs(OS.LINUX)
class BenchProcessTest {

    private static final Duration PATIENCE = Duration.ofSeconds(60);

    private static final int SCREEN_LINES = 24;

    /** Long enough for something to happen to it meanwhile. */
    private static final List<String> LONG =
            List.of("--peers", "ffm,jdk", "--benchmarks", "RoundTrip", "--rounds", "2000");

    private static final List<String> SHORT =
            List.of(
                    "--quick",
                    "--peers",
                    "ffm,jdk",
                    "--benchmarks",
                    "RoundTrip",
                    "--payloads",
                    "64",
                    "--placements",
                    "unpinned",
                    "--slice",
                    "10");

    @TempDir private Path folder;

    private Process bench;

    private void start(List<String> arguments) throws IOException {
        Path temporary = Files.createDirectory(folder.resolve("t"));
        List<String> command = JavaCommand.of(Bench.class);
        command.add(command.indexOf("--module"), "-Djava.io.tmpdir=" + temporary);
        command.addAll(0, List.of("env", "--default-signal=HUP,INT")); // whoever starts the tests
        command.addAll(arguments);
        command.addAll(List.of("--out", folder.resolve("report").toString()));
        bench =
                new ProcessBuilder(command)
                        .redirectErrorStream(true)
                        .redirectOutput(folder.resolve("output").toFile())
                        .start();
    }

    @AfterEach
    void stop() {
        if (bench != null) {
            bench.descendants().forEach(ProcessHandle::destroyForcibly);
            bench.destroyForcibly();
        }
    }

    /** Waits until the run has ended. */
    private int exitStatus() throws InterruptedException {
        assertTrue(bench.waitFor(PATIENCE), "the run does not end");
        return bench.exitValue();
    }

    private static void await(BooleanSupplier condition, String what) {
        long end = System.nanoTime() + PATIENCE.toNanos();
        while (!condition.getAsBoolean()) {
            assertTrue(System.nanoTime() < end, "waited too long: " + what);
            Thread.onSpinWait();
        }
    }

    /** The peers, once both clients are there. */
    private List<ProcessHandle> awaitPeers() {
        await(() -> clients().count() == 2, "two clients");
        return bench.descendants().toList();
    }

    private Stream<ProcessHandle> clients() {
        return bench.descendants()
                .filter(process -> commandLine(process).contains("peer.ClientMain"));
    }

    /** From proc(5): what Java itself tells of a command line ends after 4 KiB. */
    private static String commandLine(ProcessHandle process) {
        try {
            return Files.readString(Path.of("/proc/" + process.pid() + "/cmdline"))
                    .replace('\0', ' ');
        } catch (IOException gone) {
            return "";
        }
    }

    private void assertNothingIsLeft(List<ProcessHandle> peers) throws IOException {
        await(() -> peers.stream().noneMatch(ProcessHandle::isAlive), "the peers end");
        try (Stream<Path> files = Files.list(folder.resolve("t"))) {
            assertEquals(List.of(), files.toList());
        }
    }

    private String output() throws IOException {
        return Files.readString(folder.resolve("output"));
    }

    @Test
    void aRunEndsWithStatusZeroAndLeavesItsReportAndNothingElse() throws Exception {
        start(SHORT);
        List<ProcessHandle> peers = new ArrayList<>(awaitPeers());
        assertEquals(0, exitStatus(), output());
        assertNothingIsLeft(peers);
        for (String file : List.of("results.json", "report.md", "report.html", "latency.svg")) {
            assertTrue(Files.size(folder.resolve("report").resolve(file)) > 0, file);
        }
        List<String> shown = output().lines().filter(line -> !line.startsWith("bench: ")).toList();
        assertTrue(shown.size() < SCREEN_LINES, output());
        assertTrue(shown.getLast().endsWith("report.html"), output());
        assertTrue(output().contains("Noise floor"), output());
    }

    @Test
    void aLoadOnASocketThatIsNotThereSaysSoInOneSentence() throws Exception {
        Path socket = folder.resolve("none.sock");
        start(
                List.of(
                        "load",
                        "--rate=100",
                        "--connections=1",
                        "--duration=1s",
                        "--socket=" + socket));
        assertEquals(3, exitStatus(), output());
        // Java warns of modules that are named to it and that this command does not load.
        List<String> said = output().lines().filter(l -> !l.startsWith("WARNING: ")).toList();
        assertEquals(1, said.size(), output());
        assertTrue(said.getFirst().startsWith("bench: unix:" + socket + " does not"), output());
    }

    @Test
    void nothingIsLeftAfterCtrlC() throws Exception {
        start(LONG);
        List<ProcessHandle> peers = awaitPeers();
        new ProcessBuilder("kill", "-INT", Long.toString(bench.pid())).start().waitFor(PATIENCE);
        exitStatus();
        assertNothingIsLeft(peers);
    }

    @Test
    void everyPeerStopsWhenTheHarnessIsKilled() throws IOException, InterruptedException {
        start(LONG);
        List<ProcessHandle> peers = awaitPeers();
        bench.destroyForcibly().waitFor(PATIENCE);
        await(() -> peers.stream().noneMatch(ProcessHandle::isAlive), "the peers end");
        try (Stream<Path> files = Files.walk(folder.resolve("t"))) {
            assertEquals(
                    List.of(), files.filter(file -> file.toString().endsWith(".sock")).toList());
        }
    }

    @Test
    void aServerStopsWhenItsClientIsKilledAndTheRunSaysWhichPeerFailed() throws Exception {
        start(SHORT);
        awaitPeers();
        ProcessHandle client =
                clients()
                        .filter(process -> commandLine(process).contains("ClientMain jdk"))
                        .findFirst()
                        .orElseThrow();
        ProcessHandle server =
                bench.descendants()
                        .filter(process -> commandLine(process).contains("ServerMain jdk"))
                        .findFirst()
                        .orElseThrow();
        client.destroyForcibly();
        await(() -> !server.isAlive(), "the server ends");
        assertEquals(3, exitStatus(), output());
        Map<String, Object> results =
                JSON.std.mapFrom(
                        Files.readString(folder.resolve("report").resolve("results.json")));
        assertEquals(
                List.of(List.of(), List.of("failed")),
                ((List<?>) results.get("measurements"))
                        .stream()
                                .map(cell -> (List<?>) ((Map<?, ?>) cell).get("marks"))
                                .map(marks -> marks.stream().filter("failed"::equals).toList())
                                .toList());
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            textBlock =
                    """
                    --peers ffm,no-such-peer    | no peer "no-such-peer"
                    --peers ffm,ffm             | named twice
                    --rounds 10                 | at least 11, not 10
                    --slice 0                   | 1 to 60000 milliseconds, not 0
                    --payloads 63               | no benchmark here has a payload of 63 bytes
                    --benchmarks NoSuch         | no benchmark "NoSuch"
                    """)
    void whatCannotBeAskedIsNamedAndEndsWithStatusTwo(String arguments, String reason) {
        // In this process: nothing is started before the arguments are known to be right.
        StringWriter said = new StringWriter();
        CommandLine program = new CommandLine(new Bench()).setErr(new PrintWriter(said));
        assertEquals(2, program.execute(arguments.split(" ")));
        assertTrue(said.toString().contains(reason), said.toString());
    }
}
