package dev.unixsocket.bench.jmh;

import dev.unixsocket.services.events.EventClient;
import dev.unixsocket.services.events.EventClientBuilder;
import dev.unixsocket.services.events.EventServer;
import dev.unixsocket.services.events.EventServerBuilder;
import dev.unixsocket.services.events.EventSettings;

import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.BenchmarkMode;
import org.openjdk.jmh.annotations.Fork;
import org.openjdk.jmh.annotations.Level;
import org.openjdk.jmh.annotations.Measurement;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.annotations.OperationsPerInvocation;
import org.openjdk.jmh.annotations.OutputTimeUnit;
import org.openjdk.jmh.annotations.Param;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.Setup;
import org.openjdk.jmh.annotations.State;
import org.openjdk.jmh.annotations.TearDown;
import org.openjdk.jmh.annotations.Warmup;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;

/**
 * A message of {@code uds events}, broadcast to all subscribers and received by each: one at a time
 * ({@code latency}), and a thousand after each other ({@code throughput}; the score is the time
 * that each adds).
 *
 * <p>It measures encoding once, and for each subscriber a queue, a thread that writes, a socket, a
 * thread that reads and decodes. Server and subscribers share a process, so with more subscribers
 * than cores they share the cores as well.
 *
 * <p>Why the number can be trusted: the clock stops when the last subscriber has received the last
 * message, and the publisher waits for room, so that none is dropped.
 */
@State(Scope.Thread)
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.MICROSECONDS)
@Fork(3)
@Warmup(iterations = 5, time = 1)
@Measurement(iterations = 5, time = 1)
public class EventBroadcast {

    private static final int BATCH = 1000;
    private static final Duration PATIENCE = Duration.ofSeconds(10);

    /** AF_UNIX, or TCP on the loopback interface. */
    @Param({"unix", "tcp"})
    public String transport;

    /** Bytes of the data. */
    @Param({"64", "4096"})
    public int payload;

    /** How many receive each message. */
    @Param({"1", "4", "10"})
    public int subscribers;

    private Path directory;
    private EventServer server;
    private final List<EventClient> clients = new ArrayList<>();
    private Map<String, Object> data;

    /** Made by JMH. */
    public EventBroadcast() {}

    /** Starts the server and connects the subscribers. */
    @Setup(Level.Trial)
    public void open() throws IOException, InterruptedException {
        directory = Files.createTempDirectory("bench-events");
        EventSettings settings =
                EventSettings.defaults().with("socket.socket_dir", directory.toString());
        boolean tcp = transport.equals("tcp");
        EventServerBuilder builder = new EventServerBuilder("bench", settings);
        server = (tcp ? builder.listenTcp() : builder.listenUnix()).start();
        for (int i = 0; i < subscribers; i++) {
            EventClientBuilder client = new EventClientBuilder("bench", settings);
            clients.add((tcp ? client.tcp() : client.unix()).connect());
        }
        server.awaitClients(subscribers, PATIENCE);
        data = Map.of("payload", new byte[payload]);
    }

    /** One message, until all have it. */
    @Benchmark
    public void latency() throws IOException, InterruptedException {
        server.send(data);
        receive(1);
    }

    /** A thousand messages, until all have them all. */
    @Benchmark
    @OperationsPerInvocation(BATCH)
    public void throughput() throws IOException, InterruptedException {
        for (int i = 0; i < BATCH; i++) {
            server.awaitRoom(PATIENCE);
            server.send(data);
        }
        receive(BATCH);
    }

    private void receive(int messages) throws IOException, InterruptedException {
        for (EventClient client : clients) {
            for (int i = 0; i < messages; i++) {
                client.receive(PATIENCE);
            }
        }
    }

    /** Disconnects and stops the server. */
    @TearDown(Level.Trial)
    public void close() throws IOException {
        clients.forEach(EventClient::close);
        server.close();
        try (Stream<Path> left = Files.list(directory)) {
            for (Path file : left.toList()) {
                Files.delete(file);
            }
        }
        Files.delete(directory);
    }
}
