package dev.unixsocket.daemon.observatory;

import static dev.unixsocket.daemon.RequiredTools.requireTool;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.unixsocket.daemon.Program;

import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

import java.nio.file.Files;
import java.nio.file.Path;

/** Where {@code uds observe} listens, and what it makes there. */
class ObserveSocketIT {

    private static final String VARIABLE = "CLAUDE_UNIX_HOOK_WATCHER";

    @TempDir Path folder;

    private ObserveProgram observatory;

    @BeforeEach
    void prepare() {
        observatory = new ObserveProgram(folder);
    }

    @Test
    void theSocketIsTheOptionsElseTheVariables() {
        Path other = folder.resolve("other.sock");
        try (Program byOption =
                        observatory
                                .command()
                                .environment(VARIABLE, other.toString())
                                .start()
                                .awaitFile(observatory.socket());
                Program byVariable =
                        Program.dist("uds", "observe")
                                .environment(VARIABLE, other.toString())
                                .start()
                                .awaitFile(other)) {
            assertTrue(byOption.isAlive() && byVariable.isAlive());
        }
    }

    @Test
    void aSecondOneLeavesTheFirstOnesSocketsAlone() {
        requireTool("curl", "to see that the first still answers");
        try (Program first =
                observatory.start("--output-socket", observatory.outputSocket().toString())) {
            Program second = observatory.command().run();
            assertEquals(1, second.awaitExit());
            assertTrue(second.stderr().contains(Long.toString(first.pid())), second.stderr());
            Program other =
                    Program.dist(
                                    "uds",
                                    "observe",
                                    "--socket",
                                    folder.resolve("other.sock").toString(),
                                    "--output-socket",
                                    observatory.outputSocket().toString())
                            .run();
            assertEquals(1, other.awaitExit());
            assertFalse(Files.exists(folder.resolve("other.sock")));
            assertEquals("{\"status\": \"ok\"}", observatory.get("/health"));
            assertTrue(
                    Files.exists(observatory.socket()) && Files.exists(observatory.outputSocket()));
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"0888", "rw", "-1", "07777", ""})
    void aBadModeIsAWrongCommandLine(String mode) {
        Program observe = observatory.command("--mode=" + mode).run();
        assertEquals(2, observe.awaitExit());
        assertTrue(observe.stderr().contains("--mode"), observe.stderr());
        assertEquals(2, observatory.command("--output-mode=" + mode).run().awaitExit());
    }
}
