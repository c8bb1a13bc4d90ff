package dev.unixsocket.bench;

import static org.junit.jupiter.api.Assertions.fail;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.nio.file.Files;
import java.nio.file.Path;
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

    /** Needs to be root, to act as another user. */
    public static void requireRoot(String purpose) {
        require(
                "root".equals(System.getProperty("user.name")),
                "this is not root, which is needed " + purpose);
    }

    /** Needs something else. */
    public static void require(boolean holds, String otherwise) {
        if (CI && !holds) {
            fail(otherwise);
        }
        assumeTrue(holds, otherwise);
    }
}
