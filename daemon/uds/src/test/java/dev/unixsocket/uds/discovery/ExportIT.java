package dev.unixsocket.uds.discovery;

import static dev.unixsocket.testing.RequiredTools.requireTool;
import static dev.unixsocket.uds.discovery.Commands.json;
import static dev.unixsocket.uds.discovery.Commands.uds;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.unixsocket.testing.Program;
import dev.unixsocket.testing.TestSockets;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.api.io.TempDir;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/** What {@code uds export} writes. */
class ExportIT {

    @TempDir Path folder;
    @RegisterExtension final TestSockets sockets = new TestSockets(() -> folder);

    @Test
    void exportWritesWhatPrometheusReads() throws IOException {
        sockets.listening("worker-pid12-port8080.sock");
        sockets.stale("stale.sock");
        Path list = folder.resolve("sockets.json");
        uds(0, "export", "--format=prometheus", "--output=" + list, folder.toString());
        assertEquals(
                """
                [
                  {"targets":["unix://%s/worker-pid12-port8080.sock"],\
                "labels":{"name":"worker","pid":"12","port":"8080",\
                "socket":"worker-pid12-port8080.sock","type":"stream"}}
                ]
                """
                        .formatted(folder),
                Files.readString(list));
        requireTool("promtool", "to check the list");
        Path config =
                Files.writeString(
                        folder.resolve("prometheus.yml"),
                        """
                        scrape_configs:
                          - job_name: sockets
                            file_sd_configs:
                              - files: [%s]
                            relabel_configs:
                              - source_labels: [__address__]
                                target_label: __param_target
                              - target_label: __address__
                                replacement: 127.0.0.1:9115
                        """
                                .formatted(list));
        Program check = Program.tool("promtool", "check", "config", config.toString()).run();
        assertEquals(0, check.awaitExit(), check::stderr);
    }

    @Test
    void otherProgramsAreGivenAbsolutePathsAndPeopleWhatTheyTyped() throws IOException {
        sockets.listening("a.sock");
        String real = folder.toRealPath().resolve("a.sock").toString();
        assertEquals(real, json(inFolder("ls --json .")).get("path"));
        assertTrue(inFolder("export --format json ./").contains("{\"path\":\"" + real + "\","));
        assertTrue(inFolder("export --format prometheus .").contains("[\"unix://" + real + "\"]"));
        assertTrue(inFolder("ls .").contains("./a.sock "));
    }

    private String inFolder(String command) {
        String uds = Program.dist().resolve("bin/uds").toString();
        String line = "cd \"$1\" && exec \"$0\" " + command;
        Program program = Program.tool("sh", "-c", line, uds, folder.toString()).run();
        assertEquals(0, program.awaitExit(), program::stderr);
        return program.stdout();
    }

    private void assertNotWritten(Path output, String why) {
        Program export = uds(1, "export", "--format=json", "--output=" + output, folder.toString());
        assertEquals(output + ": " + why + "\n", export.stderr());
    }

    @Test
    void whatCannotBeWrittenIsSaidOfTheFileThatWasAskedFor() throws IOException {
        Path directory = Files.createDirectory(folder.resolve("d"));
        Path file = Files.createFile(folder.resolve("f"));
        assertNotWritten(directory, "Is a directory");
        assertNotWritten(folder.resolve("none/list"), "no such file or directory");
        assertNotWritten(file.resolve("list"), "Not a directory");
        try (Stream<Path> left = Files.list(folder)) {
            assertEquals(Set.of(directory, file), left.collect(Collectors.toSet()));
        }
    }

    /** The limit of a shell stands for the disk: Java says of both what failed, and not where. */
    @Test
    void aDiskThatHasNoRoomIsSaidOfTheFileToo() {
        Path output = folder.resolve("list");
        String uds = Program.dist().resolve("bin/uds").toString();
        String noRoom = "ulimit -f 0; exec \"$0\" export --format json --output \"$1\" /";
        Program export =
                Program.tool("sh", "-c", noRoom, uds, output.toString())
                        .environment("UDS_JAVA_OPTIONS", "-XX:-UsePerfData")
                        .run();
        assertEquals(1, export.awaitExit());
        assertEquals(output + ": File too large\n", export.stderr());
        assertFalse(Files.exists(output));
    }

    @Test
    void exportKeepsItsFileFresh() throws IOException {
        Path below = Files.createDirectory(folder.resolve("below"));
        Path list = folder.resolve("sockets.json");
        try (Program export =
                Program.dist(
                                "uds",
                                "export",
                                "--format=json",
                                "--watch",
                                "--interval=200ms",
                                "--output=" + list,
                                below.toString())
                        .start()) {
            export.awaitFile(list);
            Path socket = sockets.listening("below/a.sock");
            Program.await(() -> read(list).contains("a.sock"), "a.sock in the list");
            String once = uds(0, "export", "--format=json", below.toString()).stdout();
            assertEquals(once, read(list)); // with the type and the process
            Files.writeString(below.resolve("a.json"), "{\"version\":\"2\"}");
            Program.await(() -> read(list).contains("\"version\":\"2\""), "its metadata");
            sockets.die(socket);
            Program.await(() -> read(list).equals("[]\n"), "an empty list");
            assertEquals(0, export.terminate());
        }
    }

    private static String read(Path file) {
        try {
            return Files.readString(file);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    @Test
    void aLinkLeadsToTheFileThatIsWritten() throws IOException {
        Path target = Files.writeString(folder.resolve("target"), "old");
        Path link = Files.createSymbolicLink(folder.resolve("link"), Path.of("target"));
        Path dangling = Files.createSymbolicLink(folder.resolve("dangling"), Path.of("fresh"));
        for (Path output : List.of(link, dangling)) {
            uds(0, "export", "--format=json", "--output=" + output, folder.toString());
            assertTrue(Files.isSymbolicLink(output));
        }
        assertEquals("[]\n", read(target));
        assertEquals("[]\n", read(folder.resolve("fresh")));
    }

    @Test
    void aFifoStaysOneAndADashIsStandardOutput() throws IOException {
        requireTool("mkfifo", "to make a FIFO");
        Path fifo = folder.resolve("fifo");
        assertEquals(0, Program.tool("mkfifo", fifo.toString()).run().awaitExit());
        try (Program reader = Program.tool("cat", fifo.toString()).start()) {
            uds(0, "export", "--format=json", "--output=" + fifo, folder.toString());
            assertEquals(0, reader.awaitExit());
            assertEquals("[]\n", reader.stdout());
        }
        assertEquals(
                "[]\n",
                uds(0, "export", "--format=json", "--output=-", folder.toString()).stdout());
        assertFalse(Files.exists(Path.of("-")));
        uds(2, "export", "--watch", "--format=json", "--output=-", folder.toString());
    }

    @Test
    void aDirectoryThatGoesLeavesAnEmptyList() throws IOException {
        Path list = folder.resolve("sockets.json");
        for (int i = 0; i < 3; i++) {
            Path below = Files.createDirectory(folder.resolve("below"));
            try (Program export =
                    Program.dist(
                                    "uds",
                                    "export",
                                    "--format=json",
                                    "--watch",
                                    "--output=" + list,
                                    below.toString())
                            .start()) {
                Path socket = sockets.listening("below/a.sock");
                Program.await(() -> Files.exists(list) && read(list).contains("a.sock"), "a.sock");
                sockets.die(socket);
                Files.delete(socket);
                Files.delete(below);
                assertEquals(1, export.awaitExit());
                assertEquals("[]\n", read(list));
            }
        }
    }
}
