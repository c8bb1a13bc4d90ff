package dev.unixsocket.uds.weave;

import dev.unixsocket.ffi.Address;
import dev.unixsocket.ffi.PeerCredentials;
import dev.unixsocket.ffi.SocketProbe;
import dev.unixsocket.uds.cli.StandardStreams;

import java.time.Duration;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.locks.LockSupport;

/**
 * Ends a start that hangs. The test connection to a socket that is there already has no time limit,
 * as in the C original; a daemon whose backlog is full would keep it waiting, and such a daemon is
 * alive. A limit on the socket would cost the other starts a system call that the original does not
 * make.
 *
 * <p>A start that is merely slow, as on a busy machine, goes on: another process must listen there.
 */
final class StartLimit implements AutoCloseable {

    private static final Duration LIMIT = Duration.ofSeconds(5);

    private final CountDownLatch started = new CountDownLatch(1);

    /** Whether it has started, or was given up: whichever is first. */
    private final AtomicBoolean decided = new AtomicBoolean();

    StartLimit(Address socket) {
        Thread.ofPlatform().name("start-limit").daemon().start(() -> watch(socket));
    }

    private void watch(Address socket) {
        try {
            while (!started.await(LIMIT.toSeconds(), TimeUnit.SECONDS)) {
                if (anotherListens(socket) && decided.compareAndSet(false, true)) {
                    giveUp(socket);
                }
            }
        } catch (InterruptedException e) {
            return;
        }
    }

    /** Which does not wait. */
    private static boolean anotherListens(Address socket) {
        if (!(socket instanceof Address.UnixPath file)) {
            return false;
        }
        SocketProbe probe = SocketProbe.connect(file.path());
        long own = ProcessHandle.current().pid();
        return probe.state() == SocketProbe.State.LISTENING
                && probe.peer().map(PeerCredentials::pid).filter(pid -> pid == own).isEmpty();
    }

    private static void giveUp(Address socket) {
        System.err.println(
                "already listening on " + socket + ", by a daemon that accepts no connection");
        StandardStreams.flushError();
        Runtime.getRuntime().halt(1);
    }

    @Override
    public void close() {
        started.countDown();
        while (!decided.compareAndSet(false, true)) {
            LockSupport.park(); // the program ends
        }
    }
}
