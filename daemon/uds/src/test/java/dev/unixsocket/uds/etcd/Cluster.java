package dev.unixsocket.uds.etcd;

import static org.junit.jupiter.api.Assertions.assertEquals;

import dev.unixsocket.services.wire.Json;
import dev.unixsocket.testing.Program;

import java.math.BigInteger;
import java.nio.file.Path;
import java.time.Instant;
import java.time.format.DateTimeFormatter;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;

/** Three servers of etcd, each on a machine of its own. */
final class Cluster implements AutoCloseable {

    /** In MiB: room for the history of all tests, and little enough for one to use it up. */
    static final int QUOTA = 24;

    static final List<String> SERVERS = List.of("e1", "e2", "e3");

    private final Network network;
    private final Path folder;
    private final Map<String, Program> running = new HashMap<>();

    Cluster(Network network, Path folder) {
        this.network = network;
        this.folder = folder;
        SERVERS.forEach(this::start);
    }

    private String client(String server) {
        return "http://" + network.address(server) + ":2379";
    }

    private String peer(String server) {
        return "http://" + network.address(server) + ":2380";
    }

    /** What {@code --etcd} takes. */
    String urls() {
        return SERVERS.stream().map(this::client).collect(Collectors.joining(","));
    }

    void start(String server) {
        running.put(server, network.on(server, server(server)).start());
    }

    /** Starts it with another program around it. */
    void startUnder(String wrapper, String server) {
        running.put(server, network.on(server, server(server).under(wrapper)).start());
    }

    private Program.Builder server(String server) {
        String members =
                SERVERS.stream().map(one -> one + "=" + peer(one)).collect(Collectors.joining(","));
        return Program.tool(
                "etcd",
                "--name=" + server,
                "--data-dir=" + folder.resolve(server),
                "--listen-client-urls=" + client(server),
                "--advertise-client-urls=" + client(server),
                "--listen-peer-urls=" + peer(server),
                "--initial-advertise-peer-urls=" + peer(server),
                "--initial-cluster=" + members,
                "--quota-backend-bytes=" + QUOTA * 1024 * 1024,
                "--logger=zap",
                "--log-level=error");
    }

    void kill(String server) {
        running.remove(server).kill();
    }

    /** Starts those that are not there, and waits until each one knows the leader. */
    void restore() {
        List<String> away = new ArrayList<>(SERVERS);
        away.removeAll(running.keySet());
        if (!away.isEmpty()) {
            away.forEach(this::start);
            awaitHealthy();
        }
    }

    void awaitHealthy() {
        Program.await(
                () -> control("endpoint", "health").run().awaitExit() == 0, "a healthy cluster");
    }

    /** {@code etcdctl}, on the machine of a server that runs. */
    Program.Builder control(String... arguments) {
        List<String> all =
                new ArrayList<>(List.of("--endpoints=" + urls(), "--command-timeout=30s"));
        all.addAll(List.of(arguments));
        Program.Builder etcdctl =
                Program.tool("etcdctl", all.toArray(String[]::new)).environment("ETCDCTL_API", "3");
        return network.on(running.keySet().iterator().next(), etcdctl);
    }

    /** What {@code etcdctl} prints. */
    String say(String... arguments) {
        Program done = control(arguments).run();
        assertEquals(0, done.awaitExit(), done::stderr);
        return done.stdout();
    }

    /** The server that leads. */
    String leader() {
        Map<String, Map<String, Object>> all = statuses();
        for (Map.Entry<String, Map<String, Object>> one : all.entrySet()) {
            if (member(one.getValue()).equals(one.getValue().get("leader"))) {
                return one.getKey();
            }
        }
        throw new AssertionError("nobody leads: " + all);
    }

    /** Has a server lead. */
    void lead(String server) {
        awaitHealthy();
        if (!leader().equals(server)) {
            String id = new BigInteger(member(statuses().get(server)).toString()).toString(16);
            say("move-leader", id);
        }
        assertEquals(server, leader());
    }

    /** What the servers that answer say of themselves. */
    private Map<String, Map<String, Object>> statuses() {
        Map<String, Object> all =
                Json.object("{\"all\":" + say("endpoint", "status", "--write-out=json") + "}");
        Map<String, Map<String, Object>> statuses = new HashMap<>();
        for (Map<String, Object> one : Fields.list(all, "all")) {
            SERVERS.stream()
                    .filter(server -> client(server).equals(one.get("Endpoint")))
                    .forEach(server -> statuses.put(server, Fields.map(one, "Status")));
        }
        return statuses;
    }

    private static Object member(Map<String, Object> status) {
        return Fields.map(status, "header").get("member_id");
    }

    /** The time that a server has, to the second. */
    Instant clock(String server) {
        Program.Builder curl = Program.tool("curl", "-sSi", client(server) + "/health");
        return network.on(server, curl)
                .run()
                .stdout()
                .lines()
                .filter(line -> line.startsWith("Date: "))
                .map(line -> line.substring("Date: ".length()))
                .map(date -> Instant.from(DateTimeFormatter.RFC_1123_DATE_TIME.parse(date)))
                .findFirst()
                .orElseThrow();
    }

    /** The newest revision. */
    long revision() {
        Map<String, Object> answer = Json.object(say("get", "x", "--write-out=json"));
        return Fields.number(Fields.map(answer, "header"), "revision");
    }

    @Override
    public void close() {
        running.values().forEach(Program::close);
    }
}
