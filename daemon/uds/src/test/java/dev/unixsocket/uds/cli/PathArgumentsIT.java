package dev.unixsocket.uds.cli;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.unixsocket.testing.Program;

import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.stream.Stream;

/** Paths that no command takes. */
class PathArgumentsIT {

    @TempDir Path folder;

    /** Java cannot pass such bytes on, a shell can. */
    private Program shell(String arguments) {
        String uds = Program.dist().resolve("bin/uds").toString();
        String line = "cd \"$1\" && exec \"$0\" " + arguments;
        return Program.tool("sh", "-c", line, uds, folder.toString()).run();
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "ls \"$(printf 'd\\377')\"",
                "export . --format json --output \"$(printf 'd\\377')\"",
                "ipc serve --socket \"$(printf 'd\\377')\"",
                "ipc serve --database \"$(printf 'd\\377')\"",
                "weave serve --pid-file \"$(printf 'd\\377')\"",
                "weave send --prompt p --out \"$(printf 'd\\377')\""
            })
    void bytesThatAreNotUtf8AreNoPath(String arguments) throws IOException {
        Program program = shell(arguments);
        assertEquals(2, program.awaitExit());
        assertTrue(program.stderr().contains("'d\uFFFD' is not a path in UTF-8"), program::stderr);
        try (Stream<Path> made = Files.list(folder)) {
            assertEquals(0, made.count());
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"ls ''", "clean ''", "watch ''", "weave serve --pid-file ''"})
    void nothingIsNoPath(String arguments) {
        Program program = shell(arguments);
        assertEquals(2, program.awaitExit());
        assertTrue(program.stderr().contains("'' is not a path\n"), program::stderr);
    }
}
