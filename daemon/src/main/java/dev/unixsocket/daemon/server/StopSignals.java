package dev.unixsocket.daemon.server;

import sun.misc.Signal;

/**
 * SIGTERM and SIGINT ask a daemon to stop. Java's own answer to them, the shutdown hooks, would end
 * the process with 128 plus the signal's number; a daemon that stopped as asked ends with 0.
 */
public final class StopSignals {

    private StopSignals() {}

    /**
     * Runs {@code stop} at each SIGTERM or SIGINT from now on, on a thread of its own.
     *
     * @param stop must bear being called more than once
     */
    public static void handle(Runnable stop) {
        Signal.handle(new Signal("TERM"), signal -> stop.run());
        Signal.handle(new Signal("INT"), signal -> stop.run());
    }
}
