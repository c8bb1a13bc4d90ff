package dev.unixsocket.daemon.server;

import dev.unixsocket.ffi.SyscallException;

import java.lang.System.Logger;
import java.lang.System.Logger.Level;
import java.time.Duration;
import java.util.concurrent.locks.LockSupport;

/** What an accept(2) that failed means for a server. Thread-safe. */
final class AcceptFailure {

    private static final Logger LOG = System.getLogger("dev.unixsocket.server");

    /** How long to wait when the process or the system is out of descriptors or memory. */
    private static final Duration SHORTAGE_PAUSE = Duration.ofMillis(100);

    private AcceptFailure() {}

    /**
     * Whether the next accept may succeed. Says what is worth saying, and waits a moment while
     * there is a shortage.
     */
    static boolean isPassing(SyscallException e) {
        switch (e.errno()) {
            case ECONNABORTED -> {
                return true; // the peer went away before it was accepted
            }
            case EMFILE, ENFILE, ENOBUFS, ENOMEM -> {
                LOG.log(Level.WARNING, e.getMessage());
                LockSupport.parkNanos(SHORTAGE_PAUSE.toNanos());
                return true;
            }
            default -> {
                LOG.log(Level.ERROR, e.getMessage());
                return false;
            }
        }
    }
}
