package dev.unixsocket.uds.server;

import static dev.unixsocket.testing.RequiredTools.requireTool;

import static org.junit.jupiter.api.Assertions.assertEquals;

import dev.unixsocket.testing.Program;

import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;

/** The units of the distribution. */
class SystemdUnitsIT {

    @TempDir Path folder;

    @ParameterizedTest
    @ValueSource(strings = {"weave-compute", "observatory"})
    void systemdAcceptsThem(String name) throws IOException {
        requireTool("systemd-analyze", "to check the units");
        Files.setPosixFilePermissions(folder, PosixFilePermissions.fromString("rwx------"));
        Path units = Program.dist().resolve("systemd");
        Program check =
                Program.tool(
                                "systemd-analyze",
                                "--user",
                                "verify",
                                units.resolve(name + ".service").toString(),
                                units.resolve(name + ".socket").toString())
                        .environment("XDG_RUNTIME_DIR", folder.toString())
                        .run();
        assertEquals(0, check.awaitExit(), check::stderr);
        assertEquals("", check.stdout() + check.stderr());
    }
}
