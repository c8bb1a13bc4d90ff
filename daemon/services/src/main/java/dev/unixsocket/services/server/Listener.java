package dev.unixsocket.services.server;

import dev.unixsocket.ffi.Address;
import dev.unixsocket.ffi.AlreadyListeningException;
import dev.unixsocket.ffi.AlreadyRunningException;
import dev.unixsocket.ffi.StreamListener;
import dev.unixsocket.services.wire.FailureText;
import dev.unixsocket.services.wire.Undo;

import java.io.Closeable;
import java.io.IOException;
import java.lang.System.Logger;
import java.lang.System.Logger.Level;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.function.Consumer;
import java.util.stream.Stream;

/**
 * A listener and all that surrounds it: lock, socket file, PID file, metadata, service manager.
 * Closing undoes what opening did, in the opposite order, and touches nothing that is somebody
 * else's by then.
 *
 * <p>{@link #serve} and {@link #close} belong to one thread; the others may be called from any.
 */
public final class Listener implements Closeable {

    private static final Logger LOG = System.getLogger("dev.unixsocket.server");

    private final Undo undo = new Undo();
    private final ListenerSpec spec;
    private final List<Renewable> besideSocket = new ArrayList<>();
    private final List<Listener> companions = new ArrayList<>();
    private final Binding binding;
    private boolean stopped;
    private Consumer<StreamListener> onNewSocket = StreamListener::stop;

    /** A file that this process wrote, and can write again. */
    private interface Renewable {
        /** Its path if it was gone, and is there again. */
        Optional<Path> restoreIfGone() throws IOException;
    }

    private Optional<Activity> activity = Optional.empty();
    private Meter meter = Meter.NONE;

    private Listener(ListenerSpec spec) {
        this.spec = spec;
        this.binding = new Binding(spec, undo);
        count(Meter.NONE);
    }

    /**
     * Says what counts all that happens. To be called before there is a server on this listener.
     *
     * @return this listener
     */
    public Listener count(Meter meter) {
        this.meter = meter;
        if (spec.manager().listens()) {
            activity = Optional.of(new Activity(meter));
            this.meter = activity.get();
        }
        return this;
    }

    /** Closes something else with it, first. */
    public synchronized void closeToo(Closeable other) {
        undo.push(other);
    }

    /**
     * Has the files of another listener of the service made anew together with this one's. To be
     * called before {@link #serve}.
     */
    public void renewToo(Listener companion) {
        companions.add(companion);
    }

    /** What counts. */
    public Meter meter() {
        return meter;
    }

    /**
     * Takes the listener that the service manager passed, if it did; otherwise binds to the address
     * of the specification, after making the directory and taking the lock.
     *
     * @throws AlreadyRunningException if another process holds the lock, or the PID file names one
     * @throws AlreadyListeningException if another process listens there without a lock
     * @throws IOException if it cannot be done; all that was begun is undone, but for the directory
     */
    public static Listener open(ListenerSpec spec) throws IOException {
        Listener listener = new Listener(spec);
        try {
            listener.open();
            return listener;
        } catch (IOException | RuntimeException e) {
            listener.undo.closeAfter(e);
            throw e;
        }
    }

    private void open() throws IOException {
        binding.guard();
        if (spec.pidFile().isPresent()) {
            binding.orSocketIsGone(() -> PidFile.requireReplaceable(spec.pidFile().get()));
        }
        binding.bind();
        if (spec.pidFile().isPresent()) { // not before: another process may have the socket
            besideSocket.add(undo.push(PidFile.write(spec.pidFile().get()))::restoreIfGone);
        }
        if (spec.metadata().isPresent() && address() instanceof Address.UnixPath path) {
            Sidecar metadata = undo.push(Sidecar.write(path.path(), spec.metadata().get()));
            besideSocket.add(metadata::restoreIfGone);
        }
    }

    /** Where connections come to; another one once the socket file was made anew. */
    public StreamListener socket() {
        return binding.socket();
    }

    /** Its address, which is the service manager's choice if that made it. */
    public Address address() {
        return binding.socket().address();
    }

    /** Who may connect. */
    public AccessPolicy policy() {
        return spec.policy();
    }

    /** Whether the service manager passed it, and will pass it to the next process. */
    public boolean isPassed() {
        return binding.isPassed();
    }

    /**
     * Says what a server does that accepted on a socket, when there is another one in its place,
     * whose file is where the old one's was: it accepts what has come to the old one, and then
     * calls {@link #closeFormer}. Default: {@link StreamListener#stop}, after which {@link #socket}
     * is the new one.
     *
     * @param onNewSocket is given the old one, on the thread of a signal
     */
    public synchronized void onNewSocket(Consumer<StreamListener> onNewSocket) {
        this.onNewSocket = onNewSocket;
    }

    /** Lets no more connections come, to the socket of now or to another one. */
    public synchronized void stopAccepting() {
        stopped = true;
        binding.socket().stop();
    }

    /**
     * Makes anew what somebody removed: the lock file, the socket file on a new socket, the PID
     * file, the metadata. What is there, though it be another's, is left as it is.
     *
     * @return what was made
     * @throws AlreadyRunningException if another process has the lock by now
     * @throws IOException if another file has the name of the socket by now, or a call fails
     */
    public synchronized List<Path> renew() throws IOException {
        List<Path> made = new ArrayList<>();
        if (stopped) {
            return made;
        }
        StreamListener old = binding.socket();
        binding.renew(made);
        if (binding.socket() != old) {
            onNewSocket.accept(old);
        }
        for (Renewable one : besideSocket) {
            one.restoreIfGone().ifPresent(made::add);
        }
        return made;
    }

    /**
     * Closes the sockets whose place another one has taken. A server says so once it has accepted
     * the last connection of such a socket; connections that wait there after all are reset.
     */
    public synchronized void closeFormer() {
        try {
            binding.closeFormer();
        } catch (IOException e) {
            LOG.log(Level.WARNING, FailureText.of(e));
        }
    }

    /** Makes anew what is gone of this listener and its companions, and says so. */
    private void renewAllAndSay(String who) {
        renewAndSay(who);
        companions.forEach(companion -> companion.renewAndSay(who));
    }

    /** As SIGUSR1 does, for those whose socket file is gone. */
    void renewGone(String who) {
        Stream.concat(Stream.of(this), companions.stream())
                .filter(Listener::isGone)
                .forEach(listener -> listener.renewAndSay(who));
    }

    /** Whether its socket file is gone. */
    boolean isGone() {
        return Binding.isGone(address());
    }

    private void renewAndSay(String who) {
        try {
            List<Path> made = renew();
            if (isPassed() && isGone()) {
                LOG.log(
                        Level.WARNING,
                        "%s: %s is gone, and the service manager's to make: restart its unit"
                                .formatted(who, address()));
            } else if (made.isEmpty()) {
                LOG.log(Level.INFO, who + ": nothing of " + address() + " is gone");
            }
            made.forEach(path -> LOG.log(Level.WARNING, "was gone, made anew: " + path));
        } catch (IOException e) {
            LOG.log(Level.ERROR, who + ": " + FailureText.of(e));
        }
    }

    /**
     * Tells the service manager that connections are served, and runs the service; SIGTERM and
     * SIGINT tell it that the end has begun, and stop the service. SIGUSR1 {@linkplain #renew makes
     * anew} what was removed.
     *
     * @param signals installed before anything was opened
     * @param run returns some time after {@code stop}
     * @param stop must bear being called more than once, from any thread
     */
    public void serve(StopSignals signals, Runnable run, Runnable stop) {
        Optional<Reports> reports =
                activity.map(counts -> new Reports(this, spec.manager(), counts));
        signals.onStop(
                () -> {
                    spec.manager().stopping();
                    reports.ifPresent(Reports::close);
                    stop.run();
                });
        signals.onRenew(() -> renewAllAndSay("SIGUSR1"));
        spec.manager().ready();
        reports.ifPresent(Reports::start);
        try {
            run.run();
        } finally {
            reports.ifPresent(Reports::close);
        }
    }

    /**
     * Removes the socket file, if this process made one and it is still its own. Nobody finds it
     * any more; whoever has connected already can still be accepted.
     */
    public synchronized void unlink() throws IOException {
        stopped = true; // it is not to be made anew
        binding.unlink();
    }

    /** Undoes everything, also what comes after something that cannot be undone. */
    @Override
    public synchronized void close() throws IOException {
        stopped = true;
        undo.close();
    }
}
