package dev.unixsocket.daemon.discovery;

import static dev.unixsocket.daemon.RequiredTools.requireTool;
import static dev.unixsocket.daemon.discovery.Commands.uds;

import static org.junit.jupiter.api.Assertions.assertEquals;

import dev.unixsocket.daemon.Program;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.api.io.TempDir;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;

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
                "socket":"worker-pid12-port8080.sock"}}
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
}
