package dev.unixsocket.uds.events;

import dev.unixsocket.services.events.EventException;
import dev.unixsocket.services.events.EventServer;
import dev.unixsocket.uds.cli.StandardStreams;

import java.io.IOException;
import java.lang.System.Logger;
import java.lang.System.Logger.Level;
import java.time.Duration;
import java.util.Optional;
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
    private final JsonLines lines = new JsonLines(StandardStreams.input());
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
            if (lines.number() > 0) {
                over.countDown();
            }
        } catch (IOException e) {
            LOG.log(Level.ERROR, "standard input: " + e.getMessage());
            failed = true;
            over.countDown();
        } catch (InterruptedException e) {
            over.countDown();
        } catch (RuntimeException | Error e) { // such as a line that does not fit in memory
            LOG.log(Level.ERROR, "standard input is read no more", e);
            failed = true;
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
        boolean more = true;
        while (more) {
            try {
                Optional<JsonEvents.Line> line = lines.next();
                if (line.isPresent()) {
                    broadcast(line.get());
                }
                more = line.isPresent();
            } catch (IllegalArgumentException e) {
                LOG.log(Level.ERROR, e.getMessage());
                failed = true;
            }
        }
    }

    private void broadcast(JsonEvents.Line line) throws InterruptedException {
        try {
            if (!pace.isZero()) {
                server.awaitRoom(pace);
            }
            server.send(line.type(), line.data());
        } catch (EventException.MessageInvalid e) {
            throw lines.atLine(e);
        }
    }
}
