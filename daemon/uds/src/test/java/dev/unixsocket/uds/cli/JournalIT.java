package dev.unixsocket.uds.cli;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.unixsocket.testing.Program;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.EnabledOnOs;
import org.junit.jupiter.api.condition.OS;
import org.junit.jupiter.api.io.TempDir;

import java.nio.file.Path;

/** What a program writes where the journal reads its standard error. */
@EnabledOnOs(OS.LINUX)
class JournalIT {

    private static final String CONNECTED = "JOURNAL_STREAM=$(stat -L -c %d:%i /dev/fd/2)";

    @TempDir Path folder;

    private Program.Builder daemon(String variable, String... options) {
        return Program.dist("weave-compute", options)
                .under("sh", "-c", variable + " exec \"$@\"", "sh")
                .environment("XDG_RUNTIME_DIR", folder.toString());
    }

    @Test
    void aLineHasItsPriorityAndNoTimeOfItsOwn() {
        try (Program program = daemon(CONNECTED, "--allow-user=65534").start()) {
            program.awaitStderr("listening on");
            assertEquals(0, program.terminate());
            String first = program.stderr().lines().findFirst().orElseThrow();
            assertTrue(first.startsWith("<4>server: other users cannot connect"), first);
            assertTrue(program.stderr().contains("\n<6>weave: listening on "), program::stderr);
            assertTrue(program.stderr().endsWith("\n<6>weave: stopped\n"), program::stderr);
        }
    }

    @Test
    void whyItCannotStartIsAnError() {
        try (Program _ = daemon("", "--lock").start().awaitStderr("listening on")) {
            Program second = daemon(CONNECTED, "--lock").run();
            assertEquals(1, second.awaitExit());
            assertTrue(second.stderr().startsWith("<3>already running (pid "), second::stderr);
        }
    }

    @Test
    void anotherStreamIsNotTheJournal() {
        try (Program program = daemon("JOURNAL_STREAM=9:1").start()) {
            program.awaitStderr(" INFO weave: listening on");
        }
    }
}
