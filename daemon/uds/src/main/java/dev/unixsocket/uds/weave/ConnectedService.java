package dev.unixsocket.uds.weave;

import dev.unixsocket.ffi.Address;
import dev.unixsocket.ffi.StandardStream;
import dev.unixsocket.ffi.SyscallException;
import dev.unixsocket.services.server.StopSignals;
import dev.unixsocket.services.weave.ConnectedDaemon;
import dev.unixsocket.uds.cli.StandardStreams;

import java.io.IOException;
import java.lang.System.Logger;
import java.lang.System.Logger.Level;
import java.lang.foreign.Arena;

/**
 * {@code weave-compute --socket-path}: connected to the program that started it, and gone when that
 * one is. The end of standard input says so, which a parent need not do anything for.
 */
final class ConnectedService {

    private static final Logger LOG = System.getLogger("dev.unixsocket.weave");

    /** How long the request in hand may take once nobody waits for its answer. */
    private static final long GRACE_MILLIS = 1000;

    private ConnectedService() {}

    /**
     * Connects, and serves to the end.
     *
     * @param path of the socket, as it was given
     * @throws IOException if nobody listens there, or the connection fails
     */
    static void run(String path, StopSignals signals) throws IOException {
        if (path.isEmpty()) {
            throw new IOException("--socket-path: the path is empty");
        }
        signals.onStop(ConnectedService::end); // a parent that accepts nobody is waited for
        try (ConnectedDaemon daemon = ConnectedDaemon.connect(Address.path(path))) {
            signals.onStop(daemon::stop);
            Thread serving = Thread.currentThread();
            Thread.ofPlatform()
                    .name("standard-input")
                    .daemon()
                    .start(() -> followParent(daemon, serving));
            daemon.run();
        }
    }

    /** A byte, and an input that cannot be read, count as its end, as in the original. */
    private static void followParent(ConnectedDaemon daemon, Thread serving) {
        try (Arena arena = Arena.ofConfined()) {
            StandardStream.INPUT.read(arena.allocate(1), 0, 1);
        } catch (SyscallException e) {
            LOG.log(Level.DEBUG, e.getMessage());
        }
        LOG.log(Level.INFO, "standard input ended: stopping");
        daemon.stop();
        try {
            serving.join(GRACE_MILLIS);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
        end();
    }

    /** Leaves nothing behind: the socket file is the parent's. */
    private static void end() {
        StandardStreams.flushError();
        Runtime.getRuntime().halt(0);
    }
}
