package dev.unixsocket.services.weave;

import static org.junit.jupiter.api.Assertions.assertEquals;

import dev.unixsocket.testing.Program;

import org.junit.jupiter.api.condition.EnabledOnOs;
import org.junit.jupiter.api.condition.OS;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

import java.io.File;
import java.nio.file.Path;

/** The daemon leaves the heap alone once it runs warm. */
@EnabledOnOs(OS.LINUX)
class DaemonAllocationTest {

    private static final String NOTHING = "0 bytes in 2000 requests\n";

    /** What the compiler inlines is a matter of chance on a busy machine: each has a new JVM. */
    private static final int TRIES = 5;

    @TempDir private Path folder;

    @ParameterizedTest
    @ValueSource(strings = {"block", "spin", "adaptive", "park"})
    void aRequestAllocatesNothingInSteadyStateHoweverTheDaemonWaits(String waiting) {
        String output = "";
        for (int i = 0; i < TRIES && !output.equals(NOTHING); i++) {
            output = measure(waiting, folder.resolve("weave/weave.sock"));
        }
        assertEquals(NOTHING, output);
    }

    private static String measure(String waiting, Path socket) {
        String classes = Path.of("target", "test-classes").toAbsolutePath().toString();
        try (Program java =
                Program.tool(
                                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                                "--enable-native-access=ALL-UNNAMED",
                                "-XX:MaxInlineLevel=30", // as the launcher has it, and why
                                "--class-path",
                                System.getProperty("jdk.module.path")
                                        + File.pathSeparator
                                        + classes,
                                DaemonAllocation.class.getName(),
                                waiting,
                                socket.toString())
                        .run()) {
            return java.stdout() + (java.awaitExit() == 0 ? "" : java.stderr());
        }
    }
}
