package dev.unixsocket.ffi;

import static org.junit.jupiter.api.Assertions.fail;
import static org.junit.jupiter.api.Assumptions.abort;

import java.io.File;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;

/**
 * What becomes of a test whose tool is not installed.
 *
 * <p>A contributor without, say, a cross compiler should still get a green build, with a sentence
 * saying what was left out. Where the environment variable {@code CI} is {@code true} nothing may
 * be left out unnoticed, so there the test fails.
 */
public final class RequiredTools {
    private RequiredTools() {}

    /**
     * Returns if the tool is on the {@code PATH}; otherwise skips the running test, or in CI fails
     * it.
     *
     * @param name the tool's command
     * @param whatItIsFor what the test does with it, as the end of a sentence: "to compile ..."
     */
    public static void requireTool(String name, String whatItIsFor) {
        if (isInstalled(name)) {
            return;
        }
        String sentence = "The command " + name + " is needed " + whatItIsFor + ".";
        if ("true".equals(System.getenv("CI"))) {
            fail(sentence + " In CI a missing tool is a failure.");
        }
        abort(sentence);
    }

    private static boolean isInstalled(String name) {
        String path = System.getenv().getOrDefault("PATH", "");
        return Arrays.stream(path.split(File.pathSeparator))
                .map(folder -> Path.of(folder, name))
                .anyMatch(Files::isExecutable);
    }
}
