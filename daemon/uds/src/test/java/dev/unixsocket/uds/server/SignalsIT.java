package dev.unixsocket.uds.server;

import static dev.unixsocket.testing.RequiredTools.requireTool;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.unixsocket.testing.Program;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.EnabledOnOs;
import org.junit.jupiter.api.condition.OS;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Comparator;
import java.util.List;
import java.util.stream.Stream;

/** What each signal does for each service, as the table of docs/LIFECYCLE.md has it. */
class SignalsIT {

    @TempDir Path folder;

    @ParameterizedTest
    @EnumSource
    void signalsThatDoNotStopAService(Service service) {
        try (Program program = service.start(folder)) {
            program.signal("USR2");
            program.signal("PIPE");
            program.signal("QUIT");
            program.awaitStderr("Full thread dump");
            program.signal("HUP");
            program.awaitStderr("SIGHUP: ");
            program.signal("USR1");
            program.awaitStderr("SIGUSR1: nothing of " + service.socketIn(folder) + " is gone");
            assertEquals(0, service.ask(folder));
            assertEquals("", program.stdout());
            assertEquals(0, program.terminate());
        }
        assertTrue(Files.notExists(service.socketIn(folder)));
    }

    @ParameterizedTest
    @EnumSource
    void aSocketFileThatIsGoneIsMadeAnew(Service service) throws IOException {
        try (Program program = service.start(folder)) {
            Path socket = service.socketIn(folder);
            Object mode = Files.getAttribute(socket, "unix:mode");
            long open = Long.MAX_VALUE;
            for (int times = 0; times < 2; times++) {
                Files.delete(socket);
                program.signal("USR1");
                program.awaitFile(socket);
                Program.await(() -> service.ask(folder) == 0, "an answer at the new file");
                assertEquals(mode, Files.getAttribute(socket, "unix:mode"));
                long limit = open; // an old socket is closed
                Program.await(() -> descriptors(program) <= limit, "no more descriptors");
                open = descriptors(program);
            }
            program.awaitStderr("was gone, made anew: " + socket);
            assertEquals(0, program.terminate());
            assertTrue(Files.notExists(socket));
            assertFalse(program.stderr().contains("ERROR"), program::stderr);
        }
    }

    /** How many the process has open; 0 where the system does not tell. */
    private static long descriptors(Program program) {
        Path list = Path.of("/proc/%d/fd".formatted(program.pid()));
        try (Stream<Path> open = Files.list(list)) {
            return open.count();
        } catch (IOException notLinux) {
            return 0;
        }
    }

    @Test
    void allThatIsBesideASocketIsMadeAnewWithItsDirectory() throws IOException {
        Path pidFile = folder.resolve("weave/pid");
        try (Program program = Service.WEAVE.start(folder, "--metadata", "--pid-file=" + pidFile)) {
            removeAll(folder.resolve("weave"));
            program.signal("USR1");
            program.awaitStderr("made anew: " + folder.resolve("weave/weave.json"));
            assertEquals(program.pid() + "\n", Files.readString(pidFile));
            assertEquals(0, Service.WEAVE.ask(folder));
            Program second = Service.WEAVE.in(folder).run();
            assertEquals(1, second.awaitExit()); // the new lock file is locked
            assertTrue(second.stderr().contains("already running (pid " + program.pid()));
            assertEquals(0, program.terminate());
        }
        try (Stream<Path> left = Files.list(folder.resolve("weave"))) {
            assertEquals(List.of(Path.of("weave.sock.lock")), left.map(Path::getFileName).toList());
        }
    }

    private static void removeAll(Path directory) throws IOException {
        try (Stream<Path> files = Files.walk(directory)) {
            for (Path file : files.sorted(Comparator.reverseOrder()).toList()) {
                Files.delete(file);
            }
        }
    }

    @Test
    void theFileOfReadersIsMadeAnewToo() throws IOException {
        requireTool("curl", "to send an event");
        requireTool("socat", "to read it");
        Path output = folder.resolve("out.sock");
        try (Program program = Service.OBSERVE.start(folder)) {
            Files.delete(output);
            program.signal("USR1");
            program.awaitStderr("made anew: " + output);
            try (Program reader =
                    Program.tool("socat", "-d", "-d", "-u", "UNIX:" + output, "-").start()) {
                reader.awaitStderr("starting data transfer");
                Program.tool(
                                "curl",
                                "-sS",
                                "-d{}",
                                "--unix-socket",
                                Service.OBSERVE.socketIn(folder).toString(),
                                "http://localhost/hook?event=after")
                        .run();
                reader.awaitStdout("\"_event\":\"after\"");
            }
        }
    }

    @Test
    void aFileThatIsAnothersByThenIsLeftAlone() throws IOException {
        try (Program first = Service.WEAVE_COMPUTE.start(folder)) {
            Path socket = Service.WEAVE_COMPUTE.socketIn(folder);
            Files.delete(socket);
            try (Program second = Service.WEAVE_COMPUTE.start(folder)) {
                first.signal("USR1");
                first.awaitStderr(
                        "SIGUSR1: already listening on %s (pid %d)"
                                .formatted(socket, second.pid()));
                assertEquals(0, first.terminate());
                assertEquals(0, Service.WEAVE_COMPUTE.ask(folder));
            }
        }
    }

    @ParameterizedTest
    @EnumSource(names = {"WEAVE", "IPC", "EVENTS", "OBSERVE"})
    void whoIsRunningWithoutASocketFileIsSaidSo(Service service) throws IOException {
        try (Program program = service.start(folder)) {
            Files.delete(service.socketIn(folder));
            Program second = service.in(folder).run();
            assertEquals(1, second.awaitExit());
            assertEquals(
                    "already running (pid %d), says %s.lock; its socket file %s is gone: kill -USR1 %d makes it anew%n"
                            .formatted(
                                    program.pid(),
                                    service.socketIn(folder),
                                    service.socketIn(folder),
                                    program.pid()),
                    second.stderr());
        }
    }

    @Test
    @EnabledOnOs(OS.LINUX)
    void aTerminalThatHangsUpEndsTheServiceInIt() {
        requireTool("script", "to have a terminal");
        Path socket = Service.WEAVE_COMPUTE.socketIn(folder);
        String daemon = Program.dist().resolve("bin/weave-compute").toString();
        try (Program terminal =
                Program.tool("script", "-qfc", daemon + " --pid-file=" + pidFile(), "/dev/null")
                        .environment("XDG_RUNTIME_DIR", folder.toString())
                        .start()) {
            terminal.awaitListener(socket);
            terminal.kill(); // and the terminal with it
            Program.await(() -> Files.notExists(socket), "the end of the service");
            Program.await(() -> Files.notExists(pidFile()), "the end of its PID file");
        }
    }

    private Path pidFile() {
        return folder.resolve("pid");
    }
}
