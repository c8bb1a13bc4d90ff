package dev.unixsocket.services.server;

import java.time.Duration;
import java.util.List;
import java.util.concurrent.locks.LockSupport;

/**
 * Enforces the time limits of all workers. It sleeps until the next limit that runs, or, where none
 * runs, for as long as the shortest that can begin: so nobody has to wake it when a message begins.
 */
final class Watchdog implements Runnable {

    /** Woken more often than this it would be a load of its own. */
    private static final long SHORTEST_SLEEP_NANOS = 1_000_000;

    private final List<TimeLimit> limits;
    private final long shortestNanos;
    private volatile boolean stopped;

    Watchdog(List<TimeLimit> limits, Duration shortest) {
        this.limits = limits;
        this.shortestNanos = shortest.toNanos();
    }

    /** Runs on a thread of its own until {@code stop} is called and the thread unparked. */
    @Override
    public void run() {
        while (!stopped) {
            long sleep = shortestNanos;
            for (TimeLimit limit : limits) {
                limit.enforce();
                sleep = Math.min(sleep, limit.leftNanos());
            }
            LockSupport.parkNanos(Math.max(sleep, SHORTEST_SLEEP_NANOS));
        }
    }

    void stop() {
        stopped = true;
    }
}
