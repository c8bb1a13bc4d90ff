package dev.unixsocket.services.events;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.unixsocket.testing.EventChannelsIn;
import dev.unixsocket.testing.RawPeer;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Callable;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.FutureTask;

/**
 * 20 subscribers, of whom one has stopped and one connects again all the time, and 100,000
 * messages.
 */
class EventProofTest {

    private static final Duration PATIENCE = Duration.ofSeconds(120);
    private static final int STEADY = 18;
    private static final long MESSAGES = 100_000;
    private static final long KEPT_BYTES = 64L * 1024 * 1024;

    @TempDir Path directory;

    @Test
    void everySteadySubscriberGetsEveryMessageOnceAndInOrder() throws Exception {
        EventSettings settings =
                EventSettings.defaults()
                        .with("socket.socket_dir", directory.toString())
                        .with("socket.unix.max_connections", "25")
                        .with("socket.default_timeout", "1");
        try (EventServer server = new EventServerBuilder("proof", settings).listenUnix().start();
                RawPeer _ = new RawPeer(server.address())) {
            server.awaitClients(1, PATIENCE);
            CountDownLatch over = new CountDownLatch(1);
            List<FutureTask<Long>> steady = new ArrayList<>();
            for (int i = 0; i < STEADY; i++) {
                EventClient client = EventChannelsIn.client(directory, "proof");
                steady.add(start(() -> countInOrder(client)));
            }
            FutureTask<Long> restless = start(() -> connectAgainAndAgain(over));
            server.awaitClients(1 + STEADY, PATIENCE);
            long before = usedBytes();
            for (long i = 0; i < MESSAGES; i++) {
                server.awaitRoom(Duration.ofSeconds(3)); // once for the peer that stopped
                server.send(Map.of("n", i));
            }
            for (FutureTask<Long> one : steady) {
                assertEquals(MESSAGES, one.get());
            }
            over.countDown();
            assertTrue(restless.get() > 1, "it connected " + restless.get() + " times");
            assertTrue(
                    server.clients().getFirst().dropped() > 0,
                    "nothing was dropped for a peer that stopped");
            long after = usedBytes();
            assertTrue(after - before < KEPT_BYTES, () -> before + " bytes grew to " + after);
        }
    }

    private static <T> FutureTask<T> start(Callable<T> work) {
        FutureTask<T> task = new FutureTask<>(work);
        Thread.ofPlatform().daemon().start(task);
        return task;
    }

    private static long countInOrder(EventClient client) throws Exception {
        try (client) {
            for (long i = 0; i < MESSAGES; i++) {
                long n = (Long) client.receive(PATIENCE).data().get("n");
                assertEquals(i, n);
            }
            return MESSAGES;
        }
    }

    /** Takes a few messages each time; none may come twice, or before an earlier one. */
    private long connectAgainAndAgain(CountDownLatch over) throws Exception {
        long last = -1;
        long times = 0;
        while (over.getCount() > 0) {
            try (EventClient client = EventChannelsIn.client(directory, "proof")) {
                times++;
                for (int i = 0; i < 10 && over.getCount() > 0; i++) {
                    long n = (Long) client.receive(Duration.ofMillis(200)).data().get("n");
                    assertTrue(n > last, n + " came after " + last);
                    last = n;
                }
            } catch (EventException.TimeoutExpired e) {
                // all were sent
            }
        }
        return times;
    }

    /** What is in use after a collection. */
    private static long usedBytes() {
        System.gc();
        Runtime runtime = Runtime.getRuntime();
        return runtime.totalMemory() - runtime.freeMemory();
    }
}
