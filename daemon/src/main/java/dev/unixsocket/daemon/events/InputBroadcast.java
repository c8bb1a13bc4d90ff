package dev.unixsocket.daemon.events;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.lang.System.Logger;
import java.lang.System.Logger.Level;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.concurrent.CountDownLatch;

/** Broadcasts the lines of standard input, as {@code uds events serve} does. */
final class InputBroadcast implements Runnable {

    private static final Logger LOG = System.getLogger("dev.unixsocket.events");

    /** Clients that are started together come within so long of each other. */
    private static final Duration SETTLING = Duration.ofMillis(500);

    private static final Duration VERY_LONG = Duration.ofDays(10_000);

    private final EventServer server;
    private final int waitFor;
    private final Duration pace;
    private final CountDownLatch over;
    private long lines;
    private volatile boolean failed;

    InputBroadcast(EventServer server, int waitFor, Duration pace, CountDownLatch over) {
        this.server = server;
        this.waitFor = waitFor;
        this.pace = pace;
        this.over = over;
    }

    /** Whether a line could not be broadcast. */
    boolean failed() {
        return failed;
    }

    @Override
    public void run() {
        try {
            if (waitFor > 0) {
                awaitClients();
            }
            broadcast();
            if (lines > 0) {
                over.countDown();
            }
        } catch (IOException e) {
            LOG.log(Level.ERROR, "standard input: " + e.getMessage());
            failed = true;
            over.countDown();
        } catch (InterruptedException e) {
            over.countDown();
        }
    }

    private void awaitClients() throws EventException, InterruptedException {
        server.awaitClients(waitFor, VERY_LONG);
        while (true) {
            try {
                server.awaitClients(server.clients().size() + 1, SETTLING);
            } catch (EventException.TimeoutExpired e) {
                return; // all that were to come have come
            }
        }
    }

    private void broadcast() throws IOException, InterruptedException {
        BufferedReader input =
                new BufferedReader(new InputStreamReader(System.in, StandardCharsets.UTF_8));
        for (String line = input.readLine(); line != null; line = input.readLine()) {
            lines++;
            if (!line.isBlank()) {
                broadcast(line);
            }
        }
    }

    private void broadcast(String line) throws InterruptedException {
        try {
            JsonEvents.Line event = JsonEvents.parse(line);
            if (!pace.isZero()) {
                server.awaitRoom(pace);
            }
            server.send(event.type(), event.data());
        } catch (IllegalArgumentException | EventException.MessageInvalid e) {
            LOG.log(Level.ERROR, "line " + lines + ": " + e.getMessage());
            failed = true;
        }
    }
}
