package dev.unixsocket.uds.weave;

import dev.unixsocket.ffi.Address;
import dev.unixsocket.uds.cli.StandardStreams;

import java.time.Duration;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;

/**
 * Ends a start that hangs. The test connection to a socket that is there already has no time limit,
 * as in the C original; a daemon whose backlog is full would keep it waiting, and such a daemon is
 * alive. A limit on the socket would cost the other starts a system call that the original does not
 * make.
 */
final class StartLimit implements AutoCloseable {

    private static final Duration LIMIT = Duration.ofSeconds(5);

    private final CountDownLatch started = new CountDownLatch(1);

    StartLimit(Address socket) {
        Thread.ofPlatform().name("start-limit").daemon().start(() -> watch(socket));
    }

    private void watch(Address socket) {
        try {
            if (started.await(LIMIT.toSeconds(), TimeUnit.SECONDS)) {
                return;
            }
        } catch (InterruptedException e) {
            return;
        }
        System.err.println(
                "already listening on " + socket + ", by a daemon that accepts no connection");
        StandardStreams.flushError();
        Runtime.getRuntime().halt(1);
    }

    @Override
    public void close() {
        started.countDown();
    }
}
