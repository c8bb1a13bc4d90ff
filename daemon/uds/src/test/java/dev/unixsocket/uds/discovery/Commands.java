package dev.unixsocket.uds.discovery;

import static org.junit.jupiter.api.Assertions.assertEquals;

import dev.unixsocket.services.wire.Json;
import dev.unixsocket.testing.Program;

import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.Map;

/** The commands, as a user starts them. */
final class Commands {

    private Commands() {}

    /** Runs {@code uds} to its end, which is to have that exit status. */
    static Program uds(int status, String... arguments) {
        Program program = Program.dist("uds", arguments).run();
        assertEquals(status, program.awaitExit(), program::stderr);
        return program;
    }

    /** As {@link #uds}, as the user nobody; this process must be root. */
    static Program asNobody(int status, String... arguments) {
        Program program = Program.dist("uds", arguments).asNobody().run();
        assertEquals(status, program.awaitExit(), program::stderr);
        return program;
    }

    /** A daemon whose socket is {@code weave/weave.sock} in that folder. */
    static Program weaveCompute(Path folder, String... options) {
        return Program.dist("weave-compute", options)
                .environment("XDG_RUNTIME_DIR", folder.toString())
                .start()
                .awaitStderr("listening on");
    }

    /** What a line of output says. */
    static Map<String, Object> json(String line) {
        return Json.object(line.getBytes(StandardCharsets.UTF_8));
    }
}
