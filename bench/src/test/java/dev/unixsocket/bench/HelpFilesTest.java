package dev.unixsocket.bench;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

import picocli.CommandLine;
import picocli.CommandLine.Help.Ansi;

import java.io.IOException;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;

/**
 * What {@code bench/run} answers before anything is built. The texts are those of the commands;
 * {@code -Dhelp.update} writes them again.
 */
class HelpFilesTest {

    private static final Path FOLDER = Path.of("src/main/help");
    private static final Duration PATIENCE = Duration.ofSeconds(30);

    private static void assertCurrent(String name, String text) throws IOException {
        Path file = FOLDER.resolve(name + ".txt");
        if (System.getProperty("help.update") != null) {
            Files.createDirectories(FOLDER);
            Files.writeString(file, text);
        }
        assertEquals(text, Files.readString(file), file + ": -Dhelp.update writes it again");
    }

    @ParameterizedTest
    @ValueSource(strings = {"load", "start", "profile", "compare", "report"})
    void theHelpOfEachCommandIsThatOfTheFile(String name) throws IOException {
        CommandLine command = new CommandLine(new Bench()).getSubcommands().get(name);
        assertCurrent(name, command.getUsageMessage(Ansi.OFF));
    }

    @Test
    void theHelpAndTheListAreThoseOfTheFiles() throws IOException {
        assertCurrent("run", new CommandLine(new Bench()).getUsageMessage(Ansi.OFF));
        assertCurrent("list", Listing.text());
        assertCurrent("version", new CommandLine(new Bench()).getCommandSpec().version()[0] + "\n");
    }

    private record Ended(int status, String output) {}

    /** Runs the script, which is not to come as far as to look for Java. */
    private static Ended run(String arguments) throws IOException, InterruptedException {
        ProcessBuilder builder = new ProcessBuilder("/bin/sh", "run");
        builder.command().addAll(List.of(arguments.split(" ")));
        builder.environment().put("JAVA_HOME", "/nonexistent");
        Process process = builder.redirectErrorStream(true).start();
        process.getOutputStream().close();
        String output = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
        assertTrue(process.waitFor(PATIENCE), "the script does not end");
        return new Ended(process.exitValue(), output);
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            textBlock =
                    """
                    --help                 | Usage: bench/run
                    load --help            | Usage: bench/run load
                    help compare           | Usage: bench/run compare
                    help --help            | Usage: bench/run
                    --quick --list         | junixsocket
                    -V                     | 0.1.0
                    load --version         | 0.1.0
                    """)
    void itHelpsAndListsWithoutABuild(String arguments, String text) throws Exception {
        Ended ended = run(arguments);
        assertEquals(0, ended.status(), ended.output());
        assertTrue(ended.output().contains(text), ended.output());
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            textBlock =
                    """
                    --quickly                     | no option "--quickly"
                    load --peers ffm              | no option "--peers"
                    lode                          | no command "lode"
                    --peers ffm,nobody            | --peers: no "nobody"
                    --benchmarks=RoundTrip,Trip   | --benchmarks: no "Trip"
                    --placements three-cores      | --placements: no "three-cores"
                    --rounds 10                   | --rounds: a whole number from 11
                    --limit=-5                    | --limit: a whole number from 10 to 86400
                    --slice 1e3                   | --slice: a whole number from 1 to 60000
                    --quick --repeat              | --repeat: a value is missing
                    --connections 1,10001         | from 1 to 10000, not 10001
                    --payloads 64,63              | --payloads: no "63"
                    --quick now                   | "now" is not expected
                    load --rate 5 --duration 1s   | --connections is missing
                    load --rate many              | --rate: no "many"
                    load --duration 10            | --duration: no "10"
                    load --protocol=http          | --protocol: no "http"
                    start --starts 3              | --starts: a whole number from 11
                    profile                       | profile takes one peer
                    profile nobody                | PEER: no "nobody"
                    profile ffm --duration 601    | --duration: a whole number from 1 to 600
                    compare old.json              | old.json: no such file
                    """)
    void whatIsWrongIsSaidWithoutABuild(String arguments, String reason) throws Exception {
        Ended ended = run(arguments);
        assertEquals(reason.contains("no such file") ? 3 : 2, ended.status(), ended.output());
        assertTrue(ended.output().contains(reason), ended.output());
        assertEquals(1, ended.output().lines().count(), ended.output());
    }

    private static Stream<Arguments> limits() throws IOException {
        return Files.readAllLines(FOLDER.resolve("values.txt")).stream()
                .map(line -> line.split(" "))
                .filter(words -> words[2].equals("number"))
                .map(words -> Arguments.of(words[0], words[1], Long.parseLong(words[3])));
    }

    /** What the script refuses, the program refuses too: here it is the program alone. */
    @ParameterizedTest
    @MethodSource("limits")
    void theScriptKnowsTheLimitsOfTheProgram(String command, String option, long low) {
        List<String> arguments = new ArrayList<>();
        switch (command) {
            case "run" -> {}
            case "profile" -> arguments.addAll(List.of(command, "ffm"));
            case "load" -> arguments.addAll(List.of(command, "--socket=/nonexistent"));
            default -> arguments.add(command);
        }
        if (command.equals("load")) {
            Stream.of("--rate=1", "--connections=1", "--duration=1s")
                    .filter(other -> !other.startsWith(option))
                    .forEach(arguments::add);
        }
        arguments.add(option + "=" + (low - 1));
        StringWriter said = new StringWriter();
        CommandLine program = new CommandLine(new Bench()).setErr(new PrintWriter(said));
        assertEquals(2, program.execute(arguments.toArray(String[]::new)), said.toString());
        assertTrue(said.toString().contains(option), said.toString());
    }
}
