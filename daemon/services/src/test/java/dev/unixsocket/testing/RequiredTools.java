package dev.unixsocket.testing;

import static org.junit.jupiter.api.Assertions.fail;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Optional;
import java.util.stream.Stream;

/**
 * What a test needs of the machine. Where it is missing, the test is skipped with a sentence that
 * says so; in CI, which installs what the tests need, it fails.
 */
public final class RequiredTools {

    private static final boolean CI = "true".equals(System.getenv("CI"));

    private RequiredTools() {}

    /** Needs a program on the {@code PATH}. */
    public static void requireTool(String name, String purpose) {
        boolean found =
                Stream.of(System.getenv("PATH").split(":"))
                        .anyMatch(dir -> Files.isExecutable(Path.of(dir, name)));
        require(found, name + " is not installed, and is needed " + purpose);
    }

    /**
     * Needs a Python that has a module.
     *
     * @return how to call it: the first on the {@code PATH}, or the system's
     */
    public static String requirePython(String module, String purpose) {
        Optional<String> python =
                Stream.of("python3", "/usr/bin/python3")
                        .filter(name -> succeeds(name, "-c", "import " + module))
                        .findFirst();
        require(
                python.isPresent(),
                "Python with the module " + module + " is not installed, and is needed " + purpose);
        return python.orElseThrow();
    }

    private static boolean succeeds(String... command) {
        try {
            return new ProcessBuilder(command)
                            .redirectErrorStream(true)
                            .redirectOutput(ProcessBuilder.Redirect.DISCARD)
                            .start()
                            .waitFor()
                    == 0;
        } catch (IOException e) {
            return false;
        } catch (InterruptedException e) {
            throw new AssertionError(e);
        }
    }

    /** Needs to be root, to act as another user. */
    public static void requireRoot(String purpose) {
        require(
                "root".equals(System.getProperty("user.name")),
                "this is not root, which is needed " + purpose);
    }

    /**
     * Needs what no other method here asks for.
     *
     * @param otherwise what is said when it does not hold
     */
    public static void require(boolean holds, String otherwise) {
        if (CI && !holds) {
            fail(otherwise);
        }
        assumeTrue(holds, otherwise);
    }
}
