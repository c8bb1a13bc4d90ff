package dev.unixsocket.services.weave;

import com.sun.management.ThreadMXBean;

import dev.unixsocket.ffi.Address;
import dev.unixsocket.ffi.Waiting;

import java.io.IOException;
import java.lang.management.ManagementFactory;
import java.nio.file.Path;
import java.time.Duration;

/**
 * A process that measures how much heap a daemon takes for a request, with one way to wait: all
 * threads of the process but the one that asks, so also the one that enforces deadlines and the
 * poller that wakes who parks.
 */
final class DaemonAllocation {

    private static final ThreadMXBean THREADS = (ThreadMXBean) ManagementFactory.getThreadMXBean();
    private static final Duration BUDGET = Duration.ofNanos(50_000);
    private static final int TIMES = 2000;
    private static final int MOST_ROUNDS = 40;
    private static final GenerateRequest REQUEST =
            GenerateRequest.of(1, 64, 64, 4, 7, 1, "a lighthouse in the fog");

    private DaemonAllocation() {}

    /** Prints one line; the arguments are a way to wait, and the path of the socket. */
    public static void main(String[] arguments) throws Exception {
        Waiting waiting =
                switch (arguments[0]) {
                    case "block" -> Waiting.block();
                    case "spin" -> Waiting.spin(BUDGET);
                    case "adaptive" -> Waiting.adaptive(BUDGET);
                    case "park" -> Waiting.park();
                    default -> throw new IllegalArgumentException(arguments[0]);
                };
        measure(waiting, Path.of(arguments[1]));
    }

    private static void measure(Waiting waiting, Path socket) throws Exception {
        WeaveDaemon.Options usual = WeaveDaemon.Options.DEFAULT;
        WeaveDaemon.Options options =
                new WeaveDaemon.Options(
                        usual.readTimeout(),
                        usual.writeTimeout(),
                        usual.workers(),
                        waiting,
                        usual.sharedMemory());
        try (WeaveDaemon daemon = WeaveDaemon.open(socket, options)) {
            Thread server = Thread.ofPlatform().start(daemon::run);
            System.out.println(steady(socket) + " bytes in " + TIMES + " requests");
            daemon.stop();
            server.join();
        }
    }

    /** Until two rounds in a row allocate nothing: the compiler is done then. */
    private static long steady(Path socket) throws IOException {
        WeaveClient client = new WeaveClient(Address.path(socket));
        long before = round(client);
        long now = round(client);
        for (int more = 0; more < MOST_ROUNDS && before + now > 0; more++) {
            before = now;
            now = round(client);
        }
        return now;
    }

    private static long round(WeaveClient client) throws IOException {
        long before = ofOtherThreads();
        for (int i = 0; i < TIMES; i++) {
            client.generate(REQUEST);
        }
        return ofOtherThreads() - before;
    }

    private static long ofOtherThreads() {
        return THREADS.getTotalThreadAllocatedBytes() - THREADS.getCurrentThreadAllocatedBytes();
    }
}
