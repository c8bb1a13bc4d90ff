package dev.unixsocket.bench.compare;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/**
 * How much of the machine other processes, and other guests of its host, have used: all busy time
 * of the cores without that of the harness and its peers. From proc(5); 0 where there is none.
 */
final class OthersLoad {

    private static final Path STAT = Path.of("/proc/stat");

    /** Clock ticks per second, {@code USER_HZ}: 100 on every Linux of today. */
    private static final double TICKS_PER_SECOND = 100;

    private static final int USER = 1;
    private static final int IDLE = 4;
    private static final int IO_WAIT = 5;
    private static final int STEAL = 8;

    private final Map<Long, Long> oursBefore;
    private final long busyBefore;
    private final long begun;

    private OthersLoad(Collection<Long> pids) {
        oursBefore = new HashMap<>();
        for (long pid : pids) {
            oursBefore.put(pid, ticksOf(pid));
        }
        busyBefore = busyTicks();
        begun = System.nanoTime();
    }

    /** Begins to watch; the processes are ours. */
    private static OthersLoad watch(Collection<Long> pids) {
        return new OthersLoad(pids);
    }

    /** Begins to watch: this process and those peers are ours. */
    static OthersLoad of(Collection<PeerRun> runs) {
        List<Long> ours = new ArrayList<>(List.of(ProcessHandle.current().pid()));
        runs.forEach(run -> ours.addAll(run.pids()));
        return watch(ours);
    }

    /** The mean since then, in cores. */
    double cores() {
        double seconds = (System.nanoTime() - begun) / 1e9;
        long busy = busyTicks() - busyBefore;
        long ours = 0;
        for (Map.Entry<Long, Long> process : oursBefore.entrySet()) {
            ours += Math.max(0, ticksOf(process.getKey()) - process.getValue());
        }
        return Math.max(0, (busy - ours) / TICKS_PER_SECOND / seconds);
    }

    private static long busyTicks() {
        try {
            String[] fields = Files.readAllLines(STAT).getFirst().split("\\s+");
            long busy = 0;
            for (int i = USER; i <= STEAL; i++) {
                busy += i == IDLE || i == IO_WAIT ? 0 : Long.parseLong(fields[i]);
            }
            return busy;
        } catch (IOException notLinux) {
            return 0;
        }
    }

    /** User and system time of a process and of the children that it has waited for. */
    private static long ticksOf(long pid) {
        try {
            String stat = Files.readString(Path.of("/proc/" + pid + "/stat"));
            String[] fields = stat.substring(stat.lastIndexOf(')') + 2).split(" ");
            long ticks = 0;
            for (int i = 11; i <= 14; i++) {
                ticks += Long.parseLong(fields[i]);
            }
            return ticks;
        } catch (IOException gone) {
            return 0;
        }
    }
}
