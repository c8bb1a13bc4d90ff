package dev.unixsocket.uds.drivers;

import static org.junit.jupiter.api.Assertions.assertEquals;

import dev.unixsocket.testing.Program;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;

/** Folders and processes of servers that refuse to be root. */
final class Folders {

    private static final boolean ROOT = "root".equals(System.getProperty("user.name"));

    private Folders() {}

    /** A folder in one of this test's; that user's if this is root. */
    static Path ownedBy(String user, Path folder) throws IOException {
        Files.createDirectory(folder);
        if (ROOT) {
            Files.setPosixFilePermissions(
                    folder.getParent(), PosixFilePermissions.fromString("rwx--x--x"));
            try (Program chown = Program.tool("chown", user, folder.toString()).run()) {
                requireSuccess(chown);
            }
        }
        return folder;
    }

    /** To be run as that user if this is root. */
    static Program.Builder as(String user, Program.Builder program) {
        return ROOT
                ? program.under("setpriv", "--reuid=" + user, "--regid=" + user, "--init-groups")
                        .under("env", "--chdir=/")
                : program;
    }

    static void requireSuccess(Program ended) {
        assertEquals(0, ended.awaitExit(), () -> ended.stdout() + ended.stderr());
    }
}
