package dev.unixsocket.uds;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.unixsocket.testing.Program;
import dev.unixsocket.testing.RequiredTools;

import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestFactory;
import org.junit.jupiter.api.io.TempDir;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.regex.MatchResult;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.IntStream;
import java.util.stream.Stream;

/** An example whose output the documents show does what they say. */
class ExamplesIT {

    private static final Path README = Path.of("..", "..", "README.md");
    private static final Path MESSAGING = Path.of("..", "..", "docs", "MESSAGING.md");

    static final Pattern EXAMPLE =
            Pattern.compile(
                    "```(sh|python|java)\n((?:(?!```).)*)```\n\n```text\n(.*?)```", Pattern.DOTALL);

    private static final Pattern SETTINGS = Pattern.compile("```toml\n(.*?)```", Pattern.DOTALL);

    @TempDir Path directory;

    @TestFactory
    Stream<DynamicTest> ofMessaging() throws IOException {
        return examples(MESSAGING, 6);
    }

    @TestFactory
    Stream<DynamicTest> ofTheReadme() throws IOException {
        return examples(README, 1);
    }

    private Stream<DynamicTest> examples(Path page, int atLeast) throws IOException {
        List<MatchResult> examples = EXAMPLE.matcher(Files.readString(page)).results().toList();
        assertTrue(examples.size() >= atLeast, page + " has " + examples.size() + " examples");
        return IntStream.range(0, examples.size())
                .mapToObj(
                        i ->
                                DynamicTest.dynamicTest(
                                        (i + 1) + ", " + examples.get(i).group(1),
                                        () ->
                                                check(
                                                        examples.get(i),
                                                        page.getFileName() + "-" + i)));
    }

    private void check(MatchResult example, String name) throws IOException {
        Path folder = Files.createDirectory(directory.resolve(name));
        Program.Builder builder =
                switch (example.group(1)) {
                    case "java" -> java(folder, example.group(2));
                    case "python" -> python(folder, example.group(2));
                    default -> shell(folder, example.group(2));
                };
        try (Program program = builder.run()) {
            assertEquals(example.group(3), program.stdout(), program::stderr);
            assertEquals(0, program.awaitExit(), program::stderr);
        }
    }

    /** Ends well when the last command is a kill of what was started. */
    private static Program.Builder shell(Path folder, String script) throws IOException {
        RequiredTools.requireTool("jq", "to run the examples");
        RequiredTools.requireTool("bash", "to run the examples");
        Path file = Files.writeString(folder.resolve("example.sh"), "set -eu\n" + script);
        return in(folder, "bash", file.toString());
    }

    private static Program.Builder python(Path folder, String script) throws IOException {
        String python = RequiredTools.requirePython("msgpack", "to run the examples");
        Path file = Files.writeString(folder.resolve("example.py"), script);
        return in(folder, python, file.toString());
    }

    private static Program.Builder java(Path folder, String source) throws IOException {
        Matcher name = Pattern.compile("\nclass (\\w+)").matcher(source);
        assertTrue(name.find(), "no class in " + source);
        Path file = Files.writeString(folder.resolve(name.group(1) + ".java"), source);
        return in(
                folder,
                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "--module-path=" + Program.dist().resolveSibling("modules"),
                "--add-modules=dev.unixsocket.services",
                "--enable-native-access=dev.unixsocket.ffi",
                "--sun-misc-unsafe-memory-access=allow",
                file.toString());
    }

    private static Program.Builder in(Path folder, String... command) {
        return Program.tool("env", command)
                .under("env", "--chdir=" + folder)
                .environment(
                        "PATH",
                        Program.dist().resolve("bin").toAbsolutePath()
                                + ":"
                                + System.getenv("PATH"));
    }

    @Test
    void theSettingsOfThePageAreSettings() throws IOException {
        Matcher block = SETTINGS.matcher(Files.readString(MESSAGING));
        assertTrue(block.find());
        Path file = Files.writeString(directory.resolve("settings.toml"), block.group(1));
        try (Program program =
                Program.dist(
                                "uds",
                                "events",
                                "clients",
                                "nobody",
                                "--config",
                                file.toString(),
                                "--dir",
                                directory.toString())
                        .run()) {
            assertTrue(program.stderr().startsWith("no server of nobody"), program::stderr);
        }
    }
}
