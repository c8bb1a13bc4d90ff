package dev.unixsocket.uds.soak;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.unixsocket.ffi.Address;
import dev.unixsocket.services.events.EventMessage;
import dev.unixsocket.services.weave.GenerateRequest;
import dev.unixsocket.services.weave.WeaveClient;
import dev.unixsocket.services.wire.MessagePackCodec;
import dev.unixsocket.testing.RawPeer;
import dev.unixsocket.testing.Requests;

import java.io.IOException;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.nio.ByteBuffer;
import java.nio.channels.SocketChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Random;

/**
 * What clients do to each service: good requests, and beginnings, mutations and long answers that
 * nobody takes. At most 10 times a second each, so that the machine has something left.
 */
final class MixedLoad {

    private static final Duration OFTEN = Duration.ofMillis(100);
    private static final Duration SELDOM = Duration.ofSeconds(2);

    /** Longer than the services wait. */
    private static final Duration TOO_LONG = Duration.ofSeconds(16);

    private static final Duration WHILE = Duration.ofSeconds(2);

    private final Services services;
    private final Load load;

    private MixedLoad(Services services, Load load) {
        this.services = services;
        this.load = load;
    }

    /** On all of them. */
    static Load on(Services services) {
        Load load = new Load();
        MixedLoad mixed = new MixedLoad(services, load);
        mixed.weave();
        mixed.ipc();
        mixed.events();
        Services.ENGINES.forEach(mixed::observe);
        return load;
    }

    /** Every kind of bad client. */
    private void bad(String name, Path path, byte[] message, byte[] muchWanted) {
        load.bad(name + ": half-open", OFTEN, r -> RawClient.halfOpen(path, message, WHILE));
        load.bad(name + ": left open", OFTEN, r -> RawClient.halfOpen(path, message, TOO_LONG));
        load.bad(name + ": aborted", OFTEN, r -> RawClient.abort(path, message));
        load.bad(name + ": answer not taken", SELDOM, r -> RawClient.abort(path, muchWanted));
        load.bad(name + ": bad input", OFTEN, r -> RawClient.mutated(path, message, r));
        load.bad(name + ": slow reader", OFTEN, r -> RawClient.slow(path, muchWanted, WHILE));
    }

    private void weave() {
        WeaveClient client = new WeaveClient(Address.path(services.weave()));
        load.good("weave", OFTEN, random -> client.generate(request(64, random)));
        load.good(
                "weave, one connection",
                OFTEN,
                random -> exchange(services.connected(), bytes(request(64, random))));
        Random seed = new Random(1);
        bad("weave", services.weave(), bytes(request(64, seed)), bytes(request(1024, seed)));
        // Each worker keeps a buffer for the longest: it has to have come in the first part.
        byte[] longest = bytes(request(64, seed));
        ByteBuffer.wrap(longest).putInt(8, 10 * 1024 * 1024 - 16);
        load.bad("weave: longest", OFTEN, random -> RawClient.abort(services.weave(), longest));
    }

    private static GenerateRequest request(int size, Random random) {
        return GenerateRequest.of(random.nextLong(), size, size, 20, 7, 42, "a cat");
    }

    private static byte[] bytes(GenerateRequest request) {
        try (Arena arena = Arena.ofConfined()) {
            MemorySegment message = arena.allocate(request.encodedBytes());
            request.encode(message);
            return message.toArray(ValueLayout.JAVA_BYTE);
        }
    }

    /** On a connection that stays, to the daemon that has connected. */
    private static void exchange(SocketChannel daemon, byte[] message) throws IOException {
        daemon.write(ByteBuffer.wrap(message));
        int payload = read(daemon, 16).getInt(8);
        assertEquals(200, read(daemon, payload).getInt(8));
    }

    private static ByteBuffer read(SocketChannel daemon, int bytes) throws IOException {
        ByteBuffer buffer = ByteBuffer.allocate(bytes);
        while (buffer.hasRemaining()) {
            assertTrue(daemon.read(buffer) > 0, "the daemon has closed");
        }
        return buffer.flip();
    }

    private void ipc() {
        Path path = services.ipc();
        query("CREATE TABLE IF NOT EXISTS t (a)");
        load.good(
                "ipc",
                OFTEN,
                random -> {
                    try (RawPeer client = new RawPeer(Address.path(path))) {
                        assertEquals("health_response", type(client, message("health_check", "")));
                        for (String sql :
                                List.of(
                                        "INSERT INTO t VALUES (" + random.nextInt() + ")",
                                        "SELECT count(*) FROM t",
                                        "DELETE FROM t")) {
                            requireAnswer(client, message("query", sql));
                        }
                        assertEquals("error", type(client, message("query", "\0SELECT 1")));
                        assertEquals("error", type(client, message("dance", "")));
                    }
                });
        String numbers = "WITH RECURSIVE c(x) AS (SELECT 1 UNION ALL SELECT x+1 FROM c %s) SELECT ";
        byte[] much = frame(numbers.formatted("LIMIT 20000") + "x, hex(zeroblob(50)) FROM c");
        bad("ipc", path, frame("SELECT a FROM t"), much);
        byte[] endless = frame(numbers.formatted("") + "count(*) FROM c");
        load.bad("ipc: endless statement", SELDOM, random -> RawClient.abort(path, endless));
        load.bad(
                "ipc: transaction left",
                SELDOM,
                random -> {
                    try (RawPeer client = new RawPeer(Address.path(path))) {
                        type(client, message("query", "BEGIN IMMEDIATE"));
                        type(client, message("query", "INSERT INTO t VALUES (1)"));
                    }
                });
    }

    private void query(String sql) {
        try (RawPeer client = new RawPeer(Address.path(services.ipc()))) {
            assertEquals("query_response", type(client, message("query", sql)));
        } catch (IOException e) {
            throw new AssertionError(e);
        }
    }

    /** A lock that another connection holds for 5 seconds is an answer too. */
    private static void requireAnswer(RawPeer client, Map<String, ?> message) throws IOException {
        Map<String, Object> answer = client.send(message).receive().orElseThrow();
        String text = answer.toString();
        assertTrue(text.contains("=query_response") || text.contains("=503"), text);
    }

    private static Object type(RawPeer client, Map<String, ?> message) throws IOException {
        try {
            return client.send(message).receive().orElseThrow().get("type");
        } catch (AssertionError e) {
            throw new AssertionError("after " + message, e);
        }
    }

    private static Map<String, ?> message(String type, String sql) {
        return Map.of("id", "1", "type", type, "timestamp", 1, "data", Map.of("sql", sql));
    }

    private static byte[] frame(String sql) {
        return MessagePackCodec.encodeFrame(message("query", sql));
    }

    private void events() {
        Path path = services.events();
        load.good(
                "events",
                OFTEN,
                random -> {
                    try (RawPeer client = new RawPeer(Address.path(path))) {
                        client.send(event(random.nextInt()).map());
                        client.receive().orElseThrow();
                    }
                });
        byte[] line = "{\"from\":\"standard input\"}\n".getBytes(StandardCharsets.UTF_8);
        load.good("events, input", OFTEN, r -> services.program(Services.EVENTS).input(line));
        byte[] message = MessagePackCodec.encodeFrame(event(1).map());
        bad("events", path, message, message);
        byte[] control =
                MessagePackCodec.encodeFrame(
                        EventMessage.of(
                                        "soak",
                                        EventMessage.Type.CONTROL,
                                        Map.of("command", "ping"))
                                .map());
        load.bad("events: control", OFTEN, random -> RawClient.mutated(path, control, random));
    }

    private static EventMessage event(int number) {
        return EventMessage.data("soak", Map.of("n", number));
    }

    private void observe(String engine) {
        Path path = services.hook(engine);
        String name = Services.observe(engine);
        byte[] post = post("{\"a\":1}");
        String answer = "HTTP/1.1 200";
        load.good(
                name,
                OFTEN,
                random -> {
                    try (RawClient client = new RawClient(path)) {
                        assertEquals(answer, client.send(post).read(answer.length()));
                    }
                });
        load.good(
                name + ", reader",
                OFTEN,
                random -> {
                    try (RawClient client = new RawClient(services.output(engine))) {
                        assertTrue(client.read(1000).contains("\"_event\":\"soak\""));
                    }
                });
        load.bad(
                name + ": slow reader of events",
                OFTEN,
                random -> RawClient.slow(services.output(engine), new byte[] {'x'}, TOO_LONG));
        byte[] pipelined =
                "GET /health HTTP/1.1\r\nHost: x\r\n\r\n"
                        .repeat(2000)
                        .getBytes(StandardCharsets.ISO_8859_1);
        bad(name, path, post, pipelined);
        load.bad(
                name + ": odd requests",
                OFTEN,
                random -> {
                    String odd = Requests.BROKEN.get(random.nextInt(Requests.BROKEN.size()));
                    RawClient.abort(path, odd.getBytes(StandardCharsets.ISO_8859_1));
                });
        byte[] large = post("[" + "1,".repeat(500_000) + "1]");
        load.bad(name + ": large body", SELDOM, r -> RawClient.halfOpen(path, large, WHILE));
        load.bad(name + ": large body aborted", SELDOM, r -> RawClient.abort(path, large));
    }

    private static byte[] post(String body) {
        return ("POST /hook?event=soak HTTP/1.1\r\nHost: x\r\nContent-Length: "
                        + body.length()
                        + "\r\n\r\n"
                        + body)
                .getBytes(StandardCharsets.ISO_8859_1);
    }
}
