package dev.unixsocket.uds.etcd;

import static org.junit.jupiter.api.Assertions.assertEquals;

import dev.unixsocket.services.wire.Json;
import dev.unixsocket.testing.Program;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.Deque;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.locks.LockSupport;

/**
 * Sockets on several machines that come and go at a steady rate, and a watch that has to print each
 * change, in order. In turn, the oldest socket goes and a new one comes, so that their number
 * stays.
 */
final class Churn implements AutoCloseable {

    private static final long NANOS_PER_SECOND = 1_000_000_000;

    /**
     * A change, or a line about it.
     *
     * @param kind {@code listening} or {@code disappeared}
     * @param nanos when it was begun, or read
     */
    private record Moment(String kind, long nanos) {}

    private final List<Host> hosts;
    private final Deque<Integer> open = new ArrayDeque<>();
    private int next;
    private final Map<String, List<Moment>> made = new ConcurrentHashMap<>();
    private final Map<String, List<Moment>> read = new ConcurrentHashMap<>();
    private final AtomicInteger lines = new AtomicInteger();
    private final Process watch;
    private int changes;

    /** Begins the watch, which is told of sockets of this churn alone if no other one changes. */
    Churn(List<Host> hosts, List<String> watching) throws IOException {
        this.hosts = hosts;
        this.watch =
                new ProcessBuilder(watching).redirectError(ProcessBuilder.Redirect.DISCARD).start();
        Thread.ofPlatform().daemon().start(this::read);
    }

    private void read() {
        try (BufferedReader out = watch.inputReader(StandardCharsets.UTF_8)) {
            String line;
            while ((line = out.readLine()) != null) {
                long now = System.nanoTime();
                Map<String, Object> event = Json.object(line);
                String socket = event.get("host") + " " + event.get("path");
                if (socket.contains("/churn-")) {
                    moments(read, socket).add(new Moment((String) event.get("event"), now));
                    lines.incrementAndGet();
                }
            }
        } catch (IOException e) {
            // it was killed
        }
    }

    private static List<Moment> moments(Map<String, List<Moment>> all, String socket) {
        return all.computeIfAbsent(socket, _ -> new ArrayList<>());
    }

    private Host host(int number) {
        return hosts.get(number % hosts.size());
    }

    private static String file(int number) {
        return "churn-" + number + ".sock";
    }

    private String name(int number) {
        Host host = host(number);
        return host.name() + " " + host.path(file(number));
    }

    private void comes() {
        int number = next++;
        note(number, "listening");
        try {
            host(number).listen(file(number));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        open.addLast(number);
    }

    private void goes() {
        int number = open.removeFirst();
        note(number, "disappeared");
        host(number).remove(host(number).path(file(number)));
    }

    private void note(int number, String kind) {
        moments(made, name(number)).add(new Moment(kind, System.nanoTime()));
        changes++;
    }

    private void awaitRead() {
        Program.await(() -> lines.get() >= changes, "all of " + changes + " changes");
    }

    /** Makes so many sockets, and waits until all have been read of. */
    void begin(int sockets) {
        for (int i = 0; i < sockets; i++) {
            comes();
        }
        awaitRead();
    }

    /**
     * What came of it.
     *
     * @param made how long it took to make the changes
     * @param sorted how long after a change was begun its line was read, in nanoseconds
     */
    record Latencies(Duration made, long[] sorted) {

        double millis(double share) {
            return sorted[(int) Math.ceil(share * sorted.length) - 1] / 1e6;
        }

        @Override
        public String toString() {
            return "%d changes in %.1f s: median %.0f ms, 99th percentile %.0f ms, most %.0f ms"
                    .formatted(
                            sorted.length,
                            made.toMillis() / 1e3,
                            millis(0.5),
                            millis(0.99),
                            millis(1));
        }
    }

    /**
     * Changes sockets at that rate, or as fast as this machine can, and waits until a line has been
     * read about each change, in order.
     */
    Latencies run(int perSecond, int seconds) {
        long begun = System.nanoTime();
        made.values().forEach(List::clear);
        read.values().forEach(List::clear);
        lines.set(0);
        changes = 0;
        for (int i = 0; i < perSecond * seconds; i++) {
            long due = begun + i * NANOS_PER_SECOND / perSecond;
            while (due - System.nanoTime() > 0) {
                LockSupport.parkNanos(due - System.nanoTime());
            }
            if (i % 2 == 0) {
                goes();
            } else {
                comes();
            }
        }
        Duration time = Duration.ofNanos(System.nanoTime() - begun);
        awaitRead();
        return new Latencies(time, latencies());
    }

    private long[] latencies() {
        List<Long> all = new ArrayList<>();
        made.forEach(
                (socket, begun) -> {
                    List<Moment> came = read.getOrDefault(socket, List.of());
                    assertEquals(kinds(begun), kinds(came), socket);
                    for (int i = 0; i < begun.size(); i++) {
                        all.add(came.get(i).nanos - begun.get(i).nanos);
                    }
                });
        long[] sorted = all.stream().mapToLong(Long::longValue).toArray();
        Arrays.sort(sorted);
        return sorted;
    }

    private static List<String> kinds(List<Moment> moments) {
        return moments.stream().map(Moment::kind).toList();
    }

    /** The sockets that are in the directories, as {@code HOST PATH}, sorted. */
    List<String> inDirectories() throws IOException {
        List<String> names = new ArrayList<>();
        for (Host host : hosts) {
            for (Path file : host.files()) {
                if (file.getFileName().toString().startsWith("churn-")) {
                    names.add(host.name() + " " + file);
                }
            }
        }
        Collections.sort(names);
        return names;
    }

    @Override
    public void close() {
        watch.descendants().forEach(ProcessHandle::destroyForcibly);
        watch.destroyForcibly();
    }
}
