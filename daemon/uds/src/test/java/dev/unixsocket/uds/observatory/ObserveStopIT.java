package dev.unixsocket.uds.observatory;

import static dev.unixsocket.testing.RequiredTools.requireTool;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import dev.unixsocket.testing.Program;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;

/** How {@code uds observe} ends: by a signal, or when nobody reads any more. */
class ObserveStopIT {

    @TempDir Path folder;

    private final ObserveProgram observatory = new ObserveProgram(() -> folder);

    @ParameterizedTest
    @ValueSource(strings = {"ffm", "netty"})
    void sigtermRemovesBothSocketsAndEndsWithZero(String engine) {
        Program observe =
                observatory.start(
                        "--engine",
                        engine,
                        "--output-socket",
                        observatory.outputSocket().toString());
        assertEquals(0, observe.terminate());
        assertTrue(
                Files.notExists(observatory.socket())
                        && Files.notExists(observatory.outputSocket()));
    }

    @Test
    void sigintDoesToo() {
        Program observe = observatory.start();
        observe.signal("INT");
        assertEquals(0, observe.awaitExit());
        assertTrue(Files.notExists(observatory.socket()));
    }

    @ParameterizedTest
    @ValueSource(strings = {"ffm", "netty"})
    void aStuckStandardOutputHoldsUpNeitherOthersNorTheStop(String engine) {
        requireTool("curl", "to send events");
        requireTool("sleep", "to read nothing");
        Path fifo = folder.resolve("fifo");
        Program.tool("mkfifo", fifo.toString()).run();
        try (Program sleeper =
                        Program.tool("sh", "-c", "exec sleep 600 <\"$0\"", fifo.toString())
                                .start();
                Program observe =
                        Program.tool(
                                        "sh",
                                        "-c",
                                        "exec \"$0\" observe --engine \"$3\" --socket \"$1\""
                                                + " >\"$2\"",
                                        ObserveProgram.uds(),
                                        observatory.socket().toString(),
                                        fifo.toString(),
                                        engine)
                                .start()
                                .awaitFile(observatory.socket())) {
            // The pipe holds 64 KiB: the write waits, and only the sender with it.
            Program large = observatory.awaitAnswer().curl("large", "x".repeat(100_000)).start();
            Program.await(() -> isWriting(observe.pid()), "a write that waits");
            assertEquals("{\"status\": \"ok\"}", observatory.get("/health"));
            Program small = observatory.curl("small", "{}").run();
            for (Program sender : List.of(large, small)) {
                sender.awaitExit();
                assertTrue(sender.stdout().contains("standard output is not read"), sender::stdout);
            }
            assertTrue(sleeper.isAlive());
            assertEquals(0, observe.terminate());
            assertTrue(observe.stderr().contains("2 events were not written"), observe::stderr);
            assertTrue(Files.notExists(observatory.socket()));
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"ffm", "netty"})
    void onAFullDeviceEventsAreAnswered500(String engine) {
        requireTool("curl", "to send events");
        assumeTrue(Files.exists(Path.of("/dev/full")), "there is no /dev/full here");
        try (Program observe =
                Program.tool(
                                "sh",
                                "-c",
                                "exec \"$0\" observe --engine \"$2\" --socket \"$1\" >/dev/full",
                                ObserveProgram.uds(),
                                observatory.socket().toString(),
                                engine)
                        .start()
                        .awaitFile(observatory.socket())) {
            Program sender = observatory.awaitAnswer().curl("lost", "{}").run();
            assertEquals("{\"error\": \"the event could not be written\"}", sender.stdout());
            assertEquals(1, observe.terminate());
            assertTrue(observe.stderr().contains("ENOSPC"), observe::stderr);
            assertTrue(observe.stderr().contains("1 events were not written"), observe::stderr);
        }
    }

    @Test
    void whenStandardOutputIsClosedItEndsQuietly() {
        requireTool("curl", "to send events");
        try (Program pipeline =
                Program.tool(
                                "sh",
                                "-c",
                                "\"$0\" observe --log-level warn --socket \"$1\" | head -1",
                                ObserveProgram.uds(),
                                observatory.socket().toString())
                        .start()
                        .awaitFile(observatory.socket())) {
            observatory.awaitAnswer().curl("one", "{}").run();
            pipeline.awaitStdout("\"_event\":\"one\"");
            // head goes away when it wants to; the first event after that ends the service.
            Program.await(
                    () -> {
                        observatory.curl("two", "{}").run();
                        return !pipeline.isAlive();
                    },
                    "the end of the service");
            pipeline.awaitExit();
            assertEquals("", pipeline.stderr());
            assertTrue(Files.notExists(observatory.socket()));
        }
    }

    @Test
    void whenStandardOutputIsClosedItGoesOnWithTheOutputSocket() {
        requireTool("curl", "to send events");
        try (Program pipeline =
                Program.tool(
                                "sh",
                                "-c",
                                "\"$0\" observe --socket \"$1\" --output-socket \"$2\""
                                        + " --tee | head -1; cat >/dev/null",
                                ObserveProgram.uds(),
                                observatory.socket().toString(),
                                observatory.outputSocket().toString())
                        .start()
                        .awaitFile(observatory.outputSocket())) {
            observatory.awaitAnswer(); // a socket file that is there may not listen yet
            try (Program reader = observatory.reader()) {
                for (int i = 0; i < 20; i++) {
                    observatory.curl("e" + i, "{}").run();
                }
                reader.awaitStdout("\"_event\":\"e19\"");
                assertEquals(20, ObserveProgram.events(reader).size());
                assertEquals(1, pipeline.stdout().lines().count());
            }
        }
    }

    private static boolean isWriting(long pid) {
        try (var threads = Files.list(Path.of("/proc/" + pid + "/task"))) {
            return threads.anyMatch(
                    thread -> {
                        try {
                            return Files.readString(thread.resolve("wchan")).contains("pipe_write")
                                    || Files.readString(thread.resolve("syscall"))
                                            .startsWith("1 0x1 ");
                        } catch (IOException gone) {
                            return false;
                        }
                    });
        } catch (IOException e) {
            return false;
        }
    }
}
