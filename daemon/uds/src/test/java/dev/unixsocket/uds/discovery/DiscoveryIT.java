package dev.unixsocket.uds.discovery;

import static dev.unixsocket.testing.RequiredTools.requireRoot;
import static dev.unixsocket.testing.RequiredTools.requireTool;
import static dev.unixsocket.uds.discovery.Commands.json;
import static dev.unixsocket.uds.discovery.Commands.uds;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.unixsocket.testing.Program;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;

/** The services of a machine. */
class DiscoveryIT {

    @TempDir Path folder;

    @Test
    void lsSeesTheServicesOfTheSystem() throws Exception {
        requireTool("redis-server", "to look at its socket");
        requireTool("nginx", "to look at its socket");
        Path config =
                Files.writeString(
                        folder.resolve("nginx.conf"),
                        """
                        daemon off; pid %1$s/nginx.pid; error_log stderr;
                        events {}
                        http { access_log off; server { listen unix:%1$s/nginx.sock; } }
                        """
                                .formatted(folder));
        Path redisSocket = folder.resolve("redis.sock");
        try (Program nginx = Program.tool("nginx", "-c", config.toString()).start();
                Program redis =
                        Program.tool(
                                        "redis-server",
                                        "--port",
                                        "0",
                                        "--unixsocket",
                                        redisSocket.toString())
                                .start()) {
            nginx.awaitListener(folder.resolve("nginx.sock"));
            redis.awaitListener(redisSocket);
            List<String> lines =
                    uds(0, "ls", "--json", folder.toString()).stdout().lines().toList();
            assertEquals(2, lines.size());
            assertEquals("listening", json(lines.get(0)).get("state"));
            assertEquals(nginx.pid(), json(lines.get(0)).get("pid"));
            assertTrue(json(lines.get(0)).get("command").toString().startsWith("nginx: master"));
            assertEquals("listening", json(lines.get(1)).get("state"));
            assertEquals(redis.pid(), json(lines.get(1)).get("pid"));
        }
    }

    @Test
    void lsSeesPostgresql() throws IOException {
        requireRoot("to start PostgreSQL as its own user");
        Path programs = postgresql();
        Files.setPosixFilePermissions(folder, PosixFilePermissions.fromString("rwxr-xr-x"));
        Path data = Files.createDirectory(folder.resolve("data"));
        Files.setAttribute(data, "unix:uid", 65534);
        Program made =
                Program.tool(programs.resolve("initdb").toString(), "-D", data.toString())
                        .asNobody()
                        .run();
        assertEquals(0, made.awaitExit(), made::stderr);
        try (Program server =
                Program.tool(
                                programs.resolve("postgres").toString(),
                                "-D",
                                data.toString(),
                                "-k",
                                data.toString(),
                                "-c",
                                "listen_addresses=")
                        .asNobody()
                        .start()
                        .awaitStderr("ready to accept connections")) {
            Map<String, Object> socket = json(uds(0, "ls", "--json", data.toString()).stdout());
            assertEquals("listening", socket.get("state"));
            assertEquals(server.pid(), socket.get("pid"));
            assertEquals(65534L, socket.get("uid"));
        }
    }

    private static Path postgresql() throws IOException {
        Path all = Path.of("/usr/lib/postgresql");
        try (Stream<Path> versions = Files.exists(all) ? Files.list(all) : Stream.empty()) {
            Path programs =
                    versions.map(version -> version.resolve("bin"))
                            .filter(bin -> Files.isExecutable(bin.resolve("initdb")))
                            .findFirst()
                            .orElse(null);
            if (programs == null) {
                requireTool("initdb", "to look at PostgreSQL's socket");
            }
            return programs;
        }
    }
}
