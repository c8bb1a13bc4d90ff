package dev.unixsocket.uds.events;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.unixsocket.services.events.EventClient;
import dev.unixsocket.services.events.EventClientBuilder;
import dev.unixsocket.services.events.EventMessage;
import dev.unixsocket.services.wire.Json;
import dev.unixsocket.testing.EventChannelsIn;
import dev.unixsocket.testing.Program;
import dev.unixsocket.testing.RequiredTools;
import dev.unixsocket.uds.Spoken;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

import java.io.IOException;
import java.net.ServerSocket;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;
import java.util.stream.LongStream;
import java.util.stream.Stream;

/** {@code uds events} of the distribution. */
class EventsIT {

    private static final String SUBSCRIBER =
            """
            import json, socket, struct, sys, msgpack
            if sys.argv[1] == "tcp":
                endpoint = json.load(open(sys.argv[2] + "/it.json"))["endpoints"][0]
                connection = socket.create_connection(("127.0.0.1", int(endpoint.split(":")[-1])))
            else:
                connection = socket.socket(socket.AF_UNIX)
                connection.connect(sys.argv[2] + "/it.sock")
            print("connected", flush=True)
            def receive(count):
                return connection.recv(count, socket.MSG_WAITALL)
            while header := receive(4):
                message = msgpack.unpackb(receive(struct.unpack(">I", header)[0]))
                print(message["message_type"], message["data"], flush=True)
            """;

    private static final String FIRST = "UDS_SOCKET__TCP__PORT_RANGE_START";
    private static final String LAST = "UDS_SOCKET__TCP__PORT_RANGE_END";

    @TempDir Path directory;

    private Program.Builder uds(String... arguments) {
        return Program.dist(
                "uds",
                Stream.of(
                                Stream.of("events", arguments[0], "it"),
                                Arrays.stream(arguments).skip(1),
                                Stream.of("--dir", directory.toString()))
                        .flatMap(stream -> stream)
                        .toArray(String[]::new));
    }

    private static byte[] lines(long first, long last) {
        return LongStream.rangeClosed(first, last)
                .mapToObj(n -> "{\"n\":" + n + "}\n")
                .collect(Collectors.joining())
                .getBytes(StandardCharsets.UTF_8);
    }

    @ParameterizedTest
    @ValueSource(strings = {"unix", "tcp"})
    void twoListenersCountEveryLine(String transport) {
        try (Program first = uds("listen", "--data-only", "--once").start();
                Program second = uds("listen", "--data-only", "--once").start();
                Program server =
                        uds("serve", "--wait-for", "2", "--transport", transport).start()) {
            server.input(lines(1, 100_000));
            server.closeInput();
            assertEquals(0, server.awaitExit(), server::stderr);
            assertEquals(0, first.awaitExit(), first::stderr);
            assertEquals(0, second.awaitExit(), second::stderr);
            String expected = new String(lines(1, 100_000), StandardCharsets.UTF_8);
            assertTrue(expected.equals(first.stdout()), "the first has something else");
            assertTrue(expected.equals(second.stdout()), "the second has something else");
            assertFalse(Files.exists(directory.resolve("it.json")));
            assertFalse(Files.exists(directory.resolve("it.sock")));
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"unix", "tcp"})
    void aPythonScriptSubscribes(String transport) throws IOException {
        String python = RequiredTools.requirePython("msgpack", "to subscribe from Python");
        Path script = Files.writeString(directory.resolve("subscriber.py"), SUBSCRIBER);
        try (Program server = uds("serve", "--transport", transport).start()) {
            server.awaitStderr("listening on");
            try (Program subscriber =
                    Program.tool(python, script.toString(), transport, directory.toString())
                            .start()) {
                subscriber.awaitStdout("connected");
                server.input(
                        "{\"n\":1}\n{\"message_type\":\"error\",\"data\":{\"n\":2}}\n"
                                .getBytes(StandardCharsets.UTF_8));
                server.closeInput();
                assertEquals(0, subscriber.awaitExit(), subscriber::stderr);
                assertEquals(
                        List.of("connected", "data {'n': 1}", "error {'n': 2}"),
                        subscriber.stdout().lines().toList());
            }
        }
    }

    @Test
    void whatIsSentIsPrintedAndPassedOnAndClientsAreListed() {
        try (Program server = uds("serve").start()) {
            server.closeInput();
            server.awaitStderr("listening on");
            try (Program errors = uds("listen", "--type", "error", "--count", "1").start()) {
                server.awaitStderr("client-1 connected");
                try (Program sent = uds("send", "{\"n\":1}").run();
                        Program failed = uds("send", "--type", "error", "{\"n\":2}").run();
                        Program clients = uds("clients").run()) {
                    assertEquals(0, sent.awaitExit(), sent::stderr);
                    assertEquals(0, failed.awaitExit(), failed::stderr);
                    assertEquals(0, errors.awaitExit(), errors::stderr);
                    assertEquals(Map.of("n", 2L), Json.object(errors.stdout()).get("data"));
                    assertEquals(0, clients.awaitExit(), clients::stderr);
                    server.awaitStdout("{\"n\":2}");
                    assertEquals(2, server.stdout().lines().count());
                }
            }
            assertEquals(0, server.terminate());
        }
    }

    @Test
    void whoIsNotAllowedToSendIsToldSo() {
        try (Program server = uds("serve", "--no-client-send").start()) {
            server.closeInput();
            server.awaitStderr("listening on");
            try (Program sent = uds("send", "{}").run()) {
                assertEquals(1, sent.awaitExit());
                assertEquals("the server refused it: clients cannot send here\n", sent.stderr());
            }
        }
    }

    private static List<byte[]> linesThatAreNoMessages() {
        return Stream.of(
                        "nope",
                        "[1]",
                        "{\"n\":1,\"n\":2}",
                        "{\"n\":" + "[".repeat(300),
                        "{\"n\":123456789012345678901234567890}",
                        "{\"n\":1e400}",
                        "{\"name\":\"\u00fc\"}",
                        "{\"message_type\":\"shout\",\"data\":{}}")
                .map(line -> line.getBytes(StandardCharsets.ISO_8859_1))
                .toList();
    }

    @Test
    void aLineThatIsNoMessageIsNamedAndTheOthersGoOut() {
        List<byte[]> wrong = linesThatAreNoMessages();
        try (Program listener = uds("listen", "--data-only", "--once").start();
                Program server = uds("serve").start()) {
            server.input(lines(1, 1));
            for (byte[] line : wrong) {
                server.input(line);
                server.input(new byte[] {'\n'});
            }
            server.input(lines(2, 2));
            server.closeInput();
            assertEquals(1, server.awaitExit());
            for (int number = 2; number < 2 + wrong.size(); number++) {
                String named = "ERROR events: line " + number + ": ";
                assertTrue(server.stderr().contains(named), () -> named + server.stderr());
            }
            assertEquals(wrong.size(), server.stderr().split("ERROR events: line ", -1).length - 1);
            listener.awaitExit();
            assertEquals("{\"n\":1}\n{\"n\":2}\n", listener.stdout());
        }
    }

    @Test
    void whatIsSentAndIsNoMessageIsNamed() {
        try (Program server = uds("serve").start().awaitStderr("listening on");
                Program argument = uds("send", "nope").run();
                Program lines = uds("send").start()) {
            assertEquals(2, argument.awaitExit());
            assertTrue(argument.stderr().contains("JSON: not JSON, at"), argument::stderr);
            lines.input("{\"n\":1}\n\nnope\n".getBytes(StandardCharsets.UTF_8));
            lines.closeInput();
            assertEquals(1, lines.awaitExit());
            assertTrue(lines.stderr().startsWith("line 3: not JSON, at"), lines::stderr);
            server.awaitStdout("{\"n\":1}");
        }
    }

    @Test
    void aServerThatWasKilledIsNotMistakenForAnotherOnItsPort() throws IOException {
        String port;
        try (ServerSocket free = new ServerSocket(0)) {
            port = Integer.toString(free.getLocalPort());
        }
        try (Program killed =
                uds("serve", "--transport", "tcp")
                        .environment(FIRST, port)
                        .environment(LAST, port)
                        .start()) {
            killed.awaitStderr("listening on");
            killed.kill();
        }
        try (Program other =
                        Program.dist(
                                        "uds",
                                        "events",
                                        "serve",
                                        "other",
                                        "--transport",
                                        "tcp",
                                        "--dir",
                                        directory.toString())
                                .environment(FIRST, port)
                                .environment(LAST, port)
                                .start()
                                .awaitStderr("listening on 127.0.0.1:" + port);
                Program asked = uds("clients").run();
                Program again = uds("serve", "--transport", "tcp").start()) {
            assertEquals(1, asked.awaitExit(), asked::stdout);
            assertTrue(asked.stderr().contains("is stale"), asked::stderr);
            again.awaitStderr("listening on");
            assertTrue(other.isAlive());
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"../x", "a/b", ""})
    void aNameThatIsNoneIsRefused(String name) {
        Spoken server = Spoken.uds("events", "serve", name, "--dir", directory.toString());
        assertEquals(2, server.status());
        assertTrue(server.stderr().contains("the name of a channel"), server::stderr);
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "--transport tcp --abstract x | --abstract needs a Unix domain socket: not over"
                        + " TCP",
                "--abstract x | --dir is for socket files: not with --abstract",
                "--transport tcp --mode 0600 | --mode needs a Unix domain socket: not over TCP",
                "--transport tcp --group 0 | --group needs a Unix domain socket: not over TCP",
                "--transport tcp --allow-user 0 | --allow-user needs a Unix domain socket",
                "--transport tcp --allow-anyone | --allow-anyone needs a Unix domain socket",
                "--tag x | --tag is for the metadata: only with --metadata",
                "--slow never | --slow: socket.slow_subscriber must be drop-oldest",
                "--queue 0 | --queue: socket.client_queue_size must be a number from 1",
                "--max-connections 0 | --max-connections: socket.unix.max_connections must be",
                "--wait-for 3 --max-connections 2 | --wait-for 3: no more than 2 can listen"
            })
    void whatMeansNothingIsAWrongCommandLine(String options, String reason) {
        String line = "events serve it " + options + " --dir " + directory;
        Spoken server = Spoken.uds(line.split(" "));
        assertEquals(2, server.status());
        assertTrue(server.stderr().contains(reason), server::stderr);
    }

    @Test
    void whatIsAboutTheProcessAndTheChannelIsDoneOverTcpToo() throws IOException {
        Path pidFile = directory.resolve("it.pid");
        try (Program server =
                        uds("serve", "--transport=tcp", "--pid-file=" + pidFile, "--tag=a,b")
                                .environment("UDS_SOCKET__UNIX__SOCKET_PERMISSIONS", "0660")
                                .start()
                                .awaitStderr("listening on");
                Program second = uds("serve").run()) {
            assertEquals(server.pid() + "\n", Files.readString(pidFile));
            assertEquals(
                    List.of("it", "a", "b"),
                    Json.object(Files.readString(directory.resolve("it.json"))).get("tags"));
            assertEquals(1, second.awaitExit());
            assertTrue(
                    second.stderr().contains("already running (pid " + server.pid()),
                    second::stderr);
            assertEquals(0, server.terminate());
            assertFalse(Files.exists(pidFile));
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"unix", "tcp"})
    void tenClientsComeBackWhenTheServerWasKilled(String transport) throws Exception {
        List<EventClient> clients = new ArrayList<>();
        try {
            EventClientBuilder builder = EventChannelsIn.builder(directory, "it");
            for (int i = 0; i < 10; i++) {
                clients.add((transport.equals("tcp") ? builder.tcp() : builder.unix()).start());
            }
            for (long round = 0; round < 3; round++) {
                try (Program server =
                        uds("serve", "--wait-for", "10", "--transport", transport).start()) {
                    server.input(lines(round, round));
                    for (EventClient client : clients) {
                        EventMessage message = client.receive(Program.PATIENCE);
                        assertEquals(Map.of("n", round), message.data());
                    }
                    server.kill();
                }
            }
        } finally {
            clients.forEach(EventClient::close);
        }
    }

    /** As the original: it reads and prints, answers nothing, and writes no NAME.json. */
    private static final String FOREIGN_SERVER =
            """
            import socket, struct, msgpack
            server = socket.create_server(("127.0.0.1", 0))
            print("port", server.getsockname()[1], flush=True)
            connection, _ = server.accept()
            while header := connection.recv(4, socket.MSG_WAITALL):
                length, = struct.unpack(">I", header)
                message = msgpack.unpackb(connection.recv(length, socket.MSG_WAITALL))
                print(message["message_type"], message["data"], flush=True)
            print("end", flush=True)
            """;

    @Test
    void aServerOfAnotherProgramIsSentTheMessageAndNothingElse() {
        String python = RequiredTools.requirePython("msgpack", "to be a server");
        try (Program server =
                Program.tool(python, "-c", FOREIGN_SERVER).start().awaitStdout("port ")) {
            String port = server.stdout().lines().findFirst().orElseThrow().substring(5);
            Program sent = uds("send", "{\"a\": 1}", "--port", port).run();
            assertEquals(0, sent.awaitExit(), sent::stderr);
            assertEquals(0, server.awaitExit());
            assertEquals("data {'a': 1}\nend\n", server.stdout().replaceFirst("port.*\n", ""));
        }
    }

    /** It accepts, and closes. */
    @Test
    void anotherProgramAtThePortIsSaid() throws IOException {
        try (ServerSocket other = new ServerSocket(0);
                Program listener =
                        uds("listen", "--port", Integer.toString(other.getLocalPort()))
                                .environment("UDS_SOCKET__RECONNECT_DELAY", "0.05")
                                .start()) {
            for (int i = 0; i < 4; i++) {
                other.accept().close();
            }
            listener.awaitStderr("no connection to it: the server closed the connection");
        }
    }
}
