package dev.unixsocket.services.server;

import sun.misc.Signal;

import java.util.List;

/**
 * SIGTERM, SIGINT and SIGHUP, of a terminal that is closed, ask a daemon to stop. Java's own answer
 * to them, the shutdown hooks, would end the process with 128 plus the signal's number and leave
 * its files behind; a daemon that stopped as asked ends with 0. One that was ignored when the
 * process began, as nohup(1) does with SIGHUP, stays ignored.
 *
 * <p>Thread-safe.
 */
public final class StopSignals {

    private static final List<String> NAMES = List.of("TERM", "INT", "HUP");

    private Runnable stop = () -> {};
    private boolean received;

    private final Runnable atOnce;

    private StopSignals(Runnable atOnce) {
        this.atOnce = atOnce;
    }

    /**
     * From now on none of them ends the process by itself; one that comes before {@link #onStop} is
     * remembered. To be called before anything is made that must not be left behind.
     */
    public static StopSignals install() {
        return install(() -> {});
    }

    /**
     * As {@link #install()}.
     *
     * @param atOnce is done at each signal, before what {@link #onStop} says
     */
    public static StopSignals install(Runnable atOnce) {
        StopSignals signals = new StopSignals(atOnce);
        for (String name : NAMES) {
            Signal.handle(new Signal(name), signal -> signals.receive());
        }
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
        atOnce.run();
        stop.run();
    }
}
