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
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;

/** The units of the distribution. */
class SystemdUnitsIT {

    @TempDir Path folder;

    /** The units as "deploy units" installs them, with the programs where they are here. */
    private List<String> units(String scope) throws IOException {
        List<String> copies = new ArrayList<>();
        try (Stream<Path> units = Files.list(Program.dist().resolve("systemd").resolve(scope))) {
            for (Path unit : units.sorted().toList()) {
                Path copy = folder.resolve(unit.getFileName());
                String text =
                        Files.readString(unit)
                                .replaceFirst(
                                        "(?m)^ExecStart=.*/current/bin/",
                                        "ExecStart=" + Program.dist() + "/bin/");
                copies.add(Files.writeString(copy, text).toString());
            }
        }
        return copies;
    }

    @ParameterizedTest
    @ValueSource(strings = {"user", "system"})
    void systemdAcceptsThem(String scope) throws IOException {
        requireTool("systemd-analyze", "to check the units");
        Files.setPosixFilePermissions(folder, PosixFilePermissions.fromString("rwx------"));
        List<String> arguments = new ArrayList<>(List.of("--man=no", "--" + scope, "verify"));
        List<String> units = units(scope);
        assertEquals(11, units.size());
        arguments.addAll(units);
        Program check =
                Program.tool("systemd-analyze", arguments.toArray(String[]::new))
                        .environment("XDG_RUNTIME_DIR", folder.toString())
                        .run();
        assertEquals(0, check.awaitExit(), check::stderr);
        assertEquals("", check.stdout() + check.stderr());
    }
}
