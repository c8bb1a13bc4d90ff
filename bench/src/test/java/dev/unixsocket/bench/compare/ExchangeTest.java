package dev.unixsocket.bench.compare;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import dev.unixsocket.bench.peer.Endpoint;
import dev.unixsocket.bench.peer.Pause;
import dev.unixsocket.bench.peer.Samples;
import dev.unixsocket.bench.peer.Server;
import dev.unixsocket.bench.peer.Session;
import dev.unixsocket.bench.peer.Task;
import dev.unixsocket.bench.peer.Transports;

import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

import java.io.Closeable;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;

/**
 * That every peer does what it is measured with. What is Java runs in this process, where it need
 * not start: {@link ComparisonTest} has processes. What is C has processes here too.
 */
class ExchangeTest {

    private static final long NANOS = TimeUnit.MILLISECONDS.toNanos(2);
    private static final int PER_SECOND = 10_000;

    /** So many exchanges are due in that time at that rate. */
    private static final int DUE = 20;

    private static final Duration PATIENCE = Duration.ofSeconds(30);
    private static final Samples SAMPLES = new Samples();

    private static final List<Task> TASKS =
            List.of(
                    Task.roundTrip(64),
                    Task.roundTrip(64 * 1024),
                    Task.throughput(64),
                    Task.throughput(64 * 1024),
                    Task.throughput(1 << 20),
                    Task.connectPerRequest(),
                    Task.ipcRequest(4096),
                    Task.eventLatency(4096),
                    Task.eventThroughput(64));

    @TempDir private Path folder;

    /** Those with another collector run the same code. */
    static Stream<Peer> peers() {
        return Peers.ALL.stream().filter(peer -> !peer.name().endsWith("-g1"));
    }

    private interface Client extends Closeable {
        /** How many exchanges it made. */
        int exchange(Task task) throws IOException;

        /** How many durations it has of as many exchanges as are due. */
        int pace(Task task) throws IOException;
    }

    private record Serving(Endpoint endpoint, Closeable process) implements Closeable {
        @Override
        public void close() throws IOException {
            process.close();
        }
    }

    @ParameterizedTest(name = "{0}")
    @MethodSource("peers")
    @Timeout(value = 2, unit = TimeUnit.MINUTES, threadMode = Timeout.ThreadMode.SEPARATE_THREAD)
    void aPeerDoesWhatItIsMeasuredWith(Peer peer) throws IOException {
        boolean go = peer.client() instanceof Program.Go;
        assumeTrue(!go || System.getProperty("go.peer") != null, "its build takes long: -Dgo.peer");
        assumeTrue(peer.unavailable().isEmpty(), () -> peer.unavailable().orElseThrow());
        List<Task> tasks = TASKS.stream().filter(peer::can).toList();
        for (String service : tasks.stream().map(Task::service).distinct().toList()) {
            try (Serving server = serve(peer, service);
                    Client client = client(peer, server.endpoint())) {
                for (Task task : tasks) {
                    if (task.service().equals(service)) {
                        assertTrue(client.exchange(task) > 0, peer.name() + ": " + task);
                    }
                }
                if (tasks.contains(RatePlan.TASK) && service.equals(RatePlan.TASK.service())) {
                    assertEquals(2 * DUE, client.pace(RatePlan.TASK), peer.name() + ", paced");
                }
            }
        }
    }

    private Serving serve(Peer peer, String service) throws IOException {
        Endpoint endpoint = peer.endpoint(folder, service);
        if (peer.server() instanceof Program.Java java) {
            Server server = Transports.named(java.transport()).serve(service, endpoint, Pause.NONE);
            return new Serving(server.endpoint(), server);
        }
        PeerProcess process = start(peer.server().server(service, endpoint));
        String[] words = process.readLine(PATIENCE);
        assertEquals("ready", words[0], String.join(" ", words));
        return new Serving(Endpoint.parse(words[1]), process);
    }

    private PeerProcess start(List<String> command) throws IOException {
        return PeerProcess.start(command, folder.resolve("errors"));
    }

    private Client client(Peer peer, Endpoint endpoint) throws IOException {
        return peer.client() instanceof Program.Java java
                ? inThisProcess(java.transport(), endpoint)
                : inAProcess(start(peer.client().client(endpoint)));
    }

    private static Client inThisProcess(String transport, Endpoint endpoint) {
        return new Client() {
            @Override
            public int exchange(Task task) throws IOException {
                try (Session session = Transports.named(transport).open(task, endpoint)) {
                    session.measure(SAMPLES, NANOS);
                    return SAMPLES.count();
                }
            }

            @Override
            public int pace(Task task) throws IOException {
                try (Session session = Transports.named(transport).open(task, endpoint)) {
                    session.pace(SAMPLES, PER_SECOND, NANOS);
                    for (int i = 0; i < SAMPLES.count(); i += 2) {
                        assertTrue(SAMPLES.nanos(i) >= SAMPLES.nanos(i + 1), "due before begun");
                    }
                    return SAMPLES.count();
                }
            }

            @Override
            public void close() {
                // Nothing is left of a session.
            }
        };
    }

    private Client inAProcess(PeerProcess process) {
        return new Client() {
            @Override
            public int exchange(Task task) throws IOException {
                return ask("measure " + task + " " + NANOS);
            }

            @Override
            public int pace(Task task) throws IOException {
                return ask("pace " + task + " " + NANOS + " " + PER_SECOND);
            }

            private int ask(String command) throws IOException {
                process.send(command);
                String[] words = process.readLine(PATIENCE);
                assertEquals("samples", words[0], () -> String.join(" ", words) + errors());
                int count = Integer.parseInt(words[1]);
                process.readBytes(count * Integer.BYTES);
                return count;
            }

            @Override
            public void close() {
                process.close();
            }
        };
    }

    private String errors() {
        try {
            return "\n" + Files.readString(folder.resolve("errors"));
        } catch (IOException none) {
            return "";
        }
    }
}
