package dev.unixsocket.bench;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

import picocli.CommandLine;
import picocli.CommandLine.Help.Ansi;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;

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
                    """)
    void whatIsWrongIsSaidWithoutABuild(String arguments, String reason) throws Exception {
        Ended ended = run(arguments);
        assertEquals(2, ended.status(), ended.output());
        assertTrue(ended.output().contains(reason), ended.output());
        assertEquals(1, ended.output().lines().count(), ended.output());
    }
}
