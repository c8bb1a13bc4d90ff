package dev.unixsocket.services.server;

import dev.unixsocket.ffi.StandardStream;

import sun.misc.Signal;

import java.lang.System.Logger;
import java.lang.System.Logger.Level;
import java.util.Arrays;
import java.util.Optional;

/**
 * What signals ask of a program. SIGTERM and SIGINT ask it to stop. Java's own answer to them, the
 * shutdown hooks, would end the process with 128 plus the signal's number and leave its files
 * behind; a daemon that stopped as asked ends with 0. One that was ignored when the process began,
 * as nohup(1) does with SIGHUP, stays ignored.
 *
 * <p>SIGHUP stops a program for people. It asks a service to reload, unless its terminal hung up.
 * SIGUSR1 asks a service to make files anew that were removed. SIGQUIT, SIGUSR2 and SIGPIPE are
 * Java's: a thread dump, and twice nothing.
 *
 * <p>Thread-safe.
 */
public final class StopSignals {

    private static final Logger LOG = System.getLogger("dev.unixsocket.server");

    private Runnable stop = () -> {};
    private boolean received;

    private Runnable reload =
            () -> LOG.log(Level.INFO, "SIGHUP: this service has nothing to reload");
    private Optional<Runnable> renew = Optional.empty();
    private boolean renewalAsked;

    private final Runnable atOnce;

    private StopSignals(Runnable atOnce) {
        this.atOnce = atOnce;
    }

    /** As {@link #install(Runnable)}, for a program inside which nothing waits. */
    public static StopSignals install() {
        return install(() -> {});
    }

    /**
     * For a program that runs until it is stopped: SIGTERM, SIGINT and SIGHUP stop it. From now on
     * none of them ends the process by itself; one that comes before {@link #onStop} is remembered.
     * To be called before anything is made that must not be left behind.
     *
     * @param atOnce is done at each signal that stops, before what {@link #onStop} says
     */
    public static StopSignals install(Runnable atOnce) {
        StopSignals signals = new StopSignals(atOnce);
        signals.stopAt("TERM", "INT", "HUP");
        return signals;
    }

    /**
     * For a service: SIGTERM and SIGINT stop it, as {@link #install(Runnable)} says. SIGHUP stops
     * it where it comes from a terminal that hung up, and else lets it {@linkplain #onReload
     * reload}; SIGUSR1 lets it {@linkplain #onRenew make files anew}.
     */
    public static StopSignals installForService(Runnable atOnce) {
        StopSignals signals = new StopSignals(atOnce);
        signals.stopAt("TERM", "INT");
        Signal.handle(new Signal("HUP"), _ -> signals.hangUp());
        Signal.handle(new Signal("USR1"), _ -> signals.renew());
        return signals;
    }

    private void stopAt(String... names) {
        for (String name : names) {
            Signal.handle(new Signal(name), _ -> receive());
        }
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

    /** Says what a service does at SIGHUP, on a thread of its own. Default: it says so. */
    public synchronized void onReload(Runnable reload) {
        this.reload = reload;
    }

    /**
     * Says what a service does at SIGUSR1: at once if that came already, and at each that comes, on
     * a thread of its own.
     */
    public synchronized void onRenew(Runnable renew) {
        this.renew = Optional.of(renew);
        if (renewalAsked) {
            renew.run();
        }
    }

    private synchronized void receive() {
        received = true;
        atOnce.run();
        stop.run();
    }

    /** A terminal that hung up says so at each of the standard streams that it was. */
    private synchronized void hangUp() {
        if (Arrays.stream(StandardStream.values()).anyMatch(StandardStream::isHungUpTerminal)) {
            LOG.log(Level.INFO, "SIGHUP: the terminal hung up");
            receive();
        } else if (!received) {
            reload.run();
        }
    }

    private synchronized void renew() {
        renewalAsked = true;
        if (!received) {
            renew.ifPresent(Runnable::run);
        }
    }
}
