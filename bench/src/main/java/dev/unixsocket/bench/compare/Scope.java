package dev.unixsocket.bench.compare;

import dev.unixsocket.bench.peer.Task;
import dev.unixsocket.bench.results.Start;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;

/** What the benchmarks are, and which part of them a run measures that is not thorough. */
public final class Scope {

    private static final int SMALL = 64;
    private static final int LARGE = 64 * 1024;

    private static final List<Integer> ROUND_TRIP_BYTES =
            List.of(1, SMALL, 4 * 1024, 16 * 1024, LARGE, 1 << 20);
    private static final List<Integer> THROUGHPUT_BYTES =
            List.of(SMALL, 4 * 1024, 16 * 1024, LARGE, 256 * 1024, 1 << 20);
    private static final List<Integer> IPC_BYTES = List.of(SMALL, 4 * 1024, LARGE);
    private static final List<Integer> EVENT_BYTES = List.of(SMALL, 4 * 1024);

    /** What the limits name, and one of the messages. */
    private static final List<Task> QUICK =
            List.of(
                    Task.roundTrip(SMALL),
                    Task.throughput(LARGE),
                    Task.connectPerRequest(),
                    Task.ipcRequest(SMALL));

    /** Only in a thorough run, for the time that they take. */
    private static final List<Task> RARE =
            List.of(
                    Task.roundTrip(1),
                    Task.roundTrip(16 * 1024),
                    Task.roundTrip(LARGE),
                    Task.roundTrip(1 << 20),
                    Task.throughput(4 * 1024),
                    Task.throughput(16 * 1024),
                    Task.throughput(256 * 1024),
                    Task.ipcRequest(LARGE),
                    Task.eventLatency(4 * 1024));

    /** With these every peer is measured that can do them. */
    private static final Set<Task> OF_ALL =
            Set.of(Task.roundTrip(SMALL), Task.throughput(LARGE), Task.connectPerRequest());

    /** With other sizes of a message only those that a limit names there, and one of each kind. */
    private static final Set<String> OF_EACH_KIND =
            Set.of("c", "ffm", "jdk", "c-shm", "ffm-shm", "aeron", "ffm-tcp");

    /** In a quick run whom a limit names there, and the daemon; with the other tasks all. */
    private static final Map<Task, Set<String>> QUICKLY =
            Map.of(
                    Task.throughput(LARGE),
                    Set.of("c", "ffm"),
                    Task.connectPerRequest(),
                    Set.of("c", "ffm", "jdk", "weave-compute"));

    private static final Set<String> BETWEEN = Set.of("events-4", "events-4-tcp");

    private Scope() {}

    /** All tasks, the payloads of each benchmark in ascending order. */
    static List<Task> everything() {
        List<Task> tasks = new ArrayList<>();
        ROUND_TRIP_BYTES.forEach(bytes -> tasks.add(Task.roundTrip(bytes)));
        THROUGHPUT_BYTES.forEach(bytes -> tasks.add(Task.throughput(bytes)));
        tasks.add(Task.connectPerRequest());
        IPC_BYTES.forEach(bytes -> tasks.add(Task.ipcRequest(bytes)));
        EVENT_BYTES.forEach(bytes -> tasks.add(Task.eventLatency(bytes)));
        EVENT_BYTES.forEach(bytes -> tasks.add(Task.eventThroughput(bytes)));
        return tasks;
    }

    /** Those of a run of that size. */
    static List<Task> tasks(Plan.Size size) {
        return switch (size) {
            case QUICK -> QUICK;
            case NORMAL -> everything().stream().filter(task -> !RARE.contains(task)).toList();
            case THOROUGH -> everything();
        };
    }

    /** Whether a run of that size measures a peer with a task that the peer can do. */
    static boolean isMeasured(Plan.Size size, Task task, Peer peer) {
        return switch (size) {
            case QUICK -> QUICKLY.getOrDefault(task, Set.of(peer.name())).contains(peer.name());
            case NORMAL -> isMeasured(task, peer);
            case THOROUGH -> true;
        };
    }

    private static boolean isMeasured(Task task, Peer peer) {
        return switch (task.service()) {
            case "echo" -> OF_ALL.contains(task) || OF_EACH_KIND.contains(peer.name());
            case "events" -> !BETWEEN.contains(peer.name());
            default -> true;
        };
    }

    /** The benchmarks that there are, and the payloads of each in bytes; none where it has none. */
    public static Map<String, List<Integer>> payloadsOfAll() {
        Map<String, List<Integer>> payloads = new LinkedHashMap<>();
        for (Task task : everything()) {
            payloads.computeIfAbsent(task.workload(), _ -> new ArrayList<>()).add(task.payload());
        }
        SweepPlan.BENCHMARKS.forEach(name -> payloads.put(name, List.of(SweepPlan.PAYLOAD)));
        payloads.put(RatePlan.BENCHMARK, List.of(RatePlan.TASK.payload()));
        payloads.put("PostgreSQL", List.of());
        payloads.put(Start.BENCHMARK, List.of());
        return payloads;
    }
}
