package dev.unixsocket.uds.soak;

import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.time.Duration;
import java.time.Instant;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.locks.LockSupport;

/**
 * Clients that do one thing over and over, each on a thread of its own, with a pause after each
 * time. They can be stopped and started again.
 */
final class Load {

    private static final Duration PATIENCE = Duration.ofMinutes(2);

    private final Map<String, Client> clients = new LinkedHashMap<>();
    private final List<Throwable> failures = new CopyOnWriteArrayList<>();
    private List<Thread> running = List.of();
    private volatile boolean stopped;

    /** What a client does. */
    interface Step {

        /**
         * Once.
         *
         * @param random its own, the same numbers in each run
         */
        void run(Random random) throws IOException;
    }

    private record Client(Step step, Duration pause, boolean polite, AtomicLong times) {}

    /** A client that has to succeed every time. */
    void good(String name, Duration pause, Step step) {
        clients.put(name, new Client(step, pause, true, new AtomicLong()));
    }

    /** A client that may be refused, and interrupted. */
    void bad(String name, Duration pause, Step step) {
        clients.put(name, new Client(step, pause, false, new AtomicLong()));
    }

    /** Starts them all. */
    void start() {
        stopped = false;
        running =
                clients.entrySet().stream()
                        .map(
                                client ->
                                        Thread.ofPlatform()
                                                .daemon()
                                                .name(client.getKey())
                                                .start(() -> run(client.getValue())))
                        .toList();
    }

    /** Stops them all, and waits for them. */
    void stop() throws InterruptedException {
        stopped = true;
        for (Thread thread : running) {
            assertTrue(thread.join(PATIENCE), () -> "did not come back: " + thread.getName());
        }
    }

    /** Why those that have to succeed did not. */
    List<Throwable> failures() {
        return failures;
    }

    /** How often each was done. */
    Map<String, Long> times() {
        Map<String, Long> times = new LinkedHashMap<>();
        clients.forEach((name, client) -> times.put(name, client.times().get()));
        return times;
    }

    private void run(Client client) {
        Random random = new Random(Thread.currentThread().getName().hashCode());
        while (!stopped) {
            try {
                client.step().run(random);
            } catch (IOException | RuntimeException | AssertionError e) {
                if (client.polite()) {
                    fail(e);
                }
            }
            client.times().incrementAndGet();
            LockSupport.parkNanos(client.pause().toNanos());
        }
    }

    private void fail(Throwable thrown) {
        if (!stopped) { // what it waits for may have been stopped before it
            String name = Thread.currentThread().getName();
            failures.add(new AssertionError(name + " at " + Instant.now(), thrown));
        }
    }
}
