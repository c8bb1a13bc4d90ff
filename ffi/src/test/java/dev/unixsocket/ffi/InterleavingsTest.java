package dev.unixsocket.ffi;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

import java.io.File;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/**
 * Runs the tests of interleavings, by jcstress, in processes of their own: for some seconds in
 * every build, for longer with {@code -Pstress}.
 */
class InterleavingsTest {

    /** What {@code -Pstress} replaces. */
    private static final String A_SHORT_RUN = "-m sanity -iters 1 -time 100";

    private static final int TESTS = 10;

    @TempDir Path folder;

    @Test
    void noneIsForbidden() throws Exception {
        assumeTrue(
                Runtime.getRuntime().availableProcessors() > 1,
                "one processor has no interleavings for jcstress");
        ChildJvm.Ended run =
                ChildJvm.ended(new ProcessBuilder(command()).directory(folder.toFile()));
        String output = run.output();
        assertEquals(0, run.status(), output);
        assertTrue(output.contains("Failed tests: No matches."), output);
        assertTrue(output.contains("Error tests: No matches."), output);
        assertTrue(output.contains("All remaining tests: " + TESTS + " matching"), output);
    }

    private List<String> command() {
        List<String> command = new ArrayList<>();
        command.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
        command.addAll(List.of("-cp", String.join(File.pathSeparator, ChildJvm.classPath())));
        command.add("org.openjdk.jcstress.Main");
        String options = System.getProperty("jcstress.options", A_SHORT_RUN);
        command.addAll(Arrays.asList(options.split(" ")));
        command.addAll(List.of("-f", "1", "-sc", "false"));
        command.addAll(List.of("-jvmArgs", "--enable-native-access=ALL-UNNAMED"));
        command.addAll(List.of("-r", folder.resolve("report").toString()));
        return command;
    }
}
