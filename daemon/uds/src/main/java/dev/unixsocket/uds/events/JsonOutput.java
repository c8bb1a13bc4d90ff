package dev.unixsocket.uds.events;

import dev.unixsocket.services.wire.Json;
import dev.unixsocket.uds.cli.StandardStreams;

import java.lang.System.Logger;
import java.lang.System.Logger.Level;
import java.nio.charset.StandardCharsets;
import java.util.Map;

/**
 * Prints JSON lines for many threads. Never waits for whoever reads them: what finds no room is not
 * printed, and the log says how much that was. Thread-safe.
 */
final class JsonOutput {

    private static final Logger LOG = System.getLogger("dev.unixsocket.events");

    private long missing;
    private boolean watched;
    private boolean failed;

    void print(Map<String, ?> object) {
        byte[] line = (Json.line(object) + "\n").getBytes(StandardCharsets.UTF_8);
        synchronized (this) {
            watch();
            if (StandardStreams.output().offer(line)) {
                sayWhatIsMissing();
            } else if (missing++ == 0) {
                LOG.log(
                        Level.WARNING,
                        "standard output is not read, or cannot be written:"
                                + " messages of clients are not printed");
            }
        }
    }

    private void watch() {
        if (!watched) {
            watched = true;
            StandardStreams.output().onFailure(this::sayWhatFailed);
        }
    }

    /** A full device, say: what is written from now on may be lost, or not. */
    private synchronized void sayWhatFailed() {
        if (!failed) {
            StandardStreams.output()
                    .failure()
                    .ifPresent(
                            e -> {
                                failed = true;
                                LOG.log(
                                        Level.ERROR,
                                        "messages of clients are lost: standard output: "
                                                + e.errno());
                            });
        }
    }

    /** Says how many lines were not printed since it was said last. */
    synchronized void sayWhatIsMissing() {
        if (missing > 0) {
            LOG.log(Level.WARNING, missing + " messages of clients were not printed");
            missing = 0;
        }
    }
}
