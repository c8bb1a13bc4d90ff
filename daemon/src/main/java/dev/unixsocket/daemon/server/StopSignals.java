package dev.unixsocket.daemon.server;

import sun.misc.Signal;

/**
 * SIGTERM and SIGINT ask a daemon to stop. Java's own answer to them, the shutdown hooks, would end
 * the process with 128 plus the signal's number; a daemon that stopped as asked ends with 0.
 *
 * <p>Thread-safe.
 */
public final class StopSignals {

    private Runnable stop = () -> {};
    private boolean received;

    private StopSignals() {}

    /**
     * From now on no SIGTERM or SIGINT ends the process by itself; one that comes before {@link
     * #onStop} is remembered. To be called before anything is made that must not be left behind.
     */
    public static StopSignals install() {
        StopSignals signals = new StopSignals();
        Signal.handle(new Signal("TERM"), signal -> signals.receive());
        Signal.handle(new Signal("INT"), signal -> signals.receive());
        return signals;
    }

    /**
     * Says what to do: at once if a signal came already, and at each that comes, on a thread of its
     * own.
     *
     * @param stop must bear being called more than once
     */
    public synchronized void onStop(Runnable stop) {
        this.stop = stop;
        if (received) {
            stop.run();
        }
    }

    private synchronized void receive() {
        received = true;
        stop.run();
    }
}
