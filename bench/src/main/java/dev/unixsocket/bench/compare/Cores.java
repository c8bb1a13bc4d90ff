package dev.unixsocket.bench.compare;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.stream.IntStream;

/** Which cores there are, and how a process is put on one: taskset(1). */
final class Cores {

    private final List<Integer> physical;
    private final boolean canPin;

    private Cores(List<Integer> physical, boolean canPin) {
        this.physical = physical;
        this.canPin = canPin;
    }

    /** Those of this machine that this process may use; of two hardware threads only the first. */
    static Cores detect() {
        List<Integer> allowed = allowed();
        List<Integer> physical = allowed.stream().filter(Cores::isFirstThread).toList();
        boolean canPin = !allowed.isEmpty() && Tools.isInstalled("taskset");
        return new Cores(physical.isEmpty() ? allowed : physical, canPin);
    }

    private static List<Integer> allowed() {
        try {
            return Files.readAllLines(Path.of("/proc/self/status")).stream()
                    .filter(line -> line.startsWith("Cpus_allowed_list:"))
                    .flatMap(line -> numbers(line.split("\\s+")[1]).stream())
                    .toList();
        } catch (IOException notLinux) {
            return List.of();
        }
    }

    /** The numbers in a list such as {@code 0-3,8}. */
    static List<Integer> numbers(String list) {
        return java.util.Arrays.stream(list.strip().split(","))
                .flatMap(
                        range -> {
                            String[] ends = range.split("-");
                            int first = Integer.parseInt(ends[0]);
                            int last = Integer.parseInt(ends[ends.length - 1]);
                            return IntStream.rangeClosed(first, last).boxed();
                        })
                .toList();
    }

    private static boolean isFirstThread(int core) {
        Path siblings =
                Path.of("/sys/devices/system/cpu/cpu" + core + "/topology/thread_siblings_list");
        try {
            return numbers(Files.readString(siblings)).getFirst() == core;
        } catch (IOException unknown) {
            return true;
        }
    }

    /** Why that placement cannot be had; empty if it can. */
    Optional<String> unavailable(Placement placement) {
        if (placement == Placement.UNPINNED) {
            return Optional.empty();
        }
        if (!canPin) {
            return Optional.of("taskset (util-linux) is not installed, or this is not Linux");
        }
        return placement == Placement.TWO_CORES && physical.size() < 2
                ? Optional.of("this machine has one core")
                : Optional.empty();
    }

    /** The list of cores, in taskset's form, for the server of that placement. */
    String forServer(Placement placement) {
        return switch (placement) {
            case ONE_CORE -> physical.getLast().toString();
            case TWO_CORES -> physical.get(physical.size() - 2).toString();
            case UNPINNED -> all();
        };
    }

    /** The list of cores, in taskset's form, for the client of that placement. */
    String forClient(Placement placement) {
        return placement == Placement.UNPINNED ? all() : physical.getLast().toString();
    }

    private static String all() {
        return String.join(",", allowed().stream().map(String::valueOf).toList());
    }

    /** The words in front of a command that let it begin on those cores; none without taskset. */
    List<String> prefix(String cores) {
        return canPin ? List.of("taskset", "-c", cores) : List.of();
    }

    /** Puts all threads of a process on those cores; without taskset it stays where it is. */
    void pin(long pid, String cores) throws IOException {
        if (!canPin) {
            return;
        }
        Tools.run(List.of("taskset", "-a", "-p", "-c", cores, Long.toString(pid)));
    }

    /** Which cores the placements use, for the report. */
    String describe(Placement placement) {
        return switch (placement) {
            case ONE_CORE -> "both on core " + forServer(placement);
            case TWO_CORES ->
                    "server on core "
                            + forServer(placement)
                            + ", client on core "
                            + forClient(placement);
            case UNPINNED -> "wherever the scheduler puts them";
        };
    }
}
