package dev.unixsocket.services.server;

import dev.unixsocket.ffi.Address;
import dev.unixsocket.ffi.AlreadyListeningException;
import dev.unixsocket.ffi.AlreadyRunningException;
import dev.unixsocket.ffi.Errno;
import dev.unixsocket.ffi.LockFile;
import dev.unixsocket.ffi.RuntimeDirectory;
import dev.unixsocket.ffi.SocketFile;
import dev.unixsocket.ffi.StreamListener;
import dev.unixsocket.ffi.StreamSocket;
import dev.unixsocket.ffi.SyscallException;

import java.io.Closeable;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.Map;
import java.util.Optional;

/**
 * A listener and all that surrounds it: lock, socket file, PID file, metadata, service manager.
 * Closing undoes what opening did, in the opposite order, and touches nothing that is somebody
 * else's by then.
 *
 * <p>{@link #serve} and {@link #close} belong to one thread; the others may be called from any.
 */
public final class OpenListener implements Closeable {

    private static final Duration PATIENCE = Duration.ofSeconds(1);

    private final Deque<Closeable> undo = new ArrayDeque<>();
    private final ServiceManager manager;
    private final AccessPolicy policy;
    private StreamListener listener;
    private Optional<SocketFile> file = Optional.empty();

    private OpenListener(AccessPolicy policy, ServiceManager manager) {
        this.policy = policy;
        this.manager = manager;
    }

    /**
     * Takes the listener that the service manager passed, if it did; otherwise binds to the address
     * of the plan, after taking the lock.
     *
     * @throws AlreadyRunningException if another process holds the lock, or the PID file names one
     * @throws AlreadyListeningException if another process listens there without a lock
     * @throws IOException if it cannot be done; all that was begun is undone
     */
    public static OpenListener open(ListenerPlan plan, ServiceManager manager) throws IOException {
        OpenListener open = new OpenListener(plan.policy(), manager);
        try {
            Optional<StreamListener> passed = manager.listener();
            if (passed.isPresent()) {
                open.owns(passed.get());
            } else if (plan.address() instanceof Address.UnixPath file) {
                open.guard(file.path(), plan);
            }
            if (plan.pidFile().isPresent()) {
                open.undo.push(PidFile.write(plan.pidFile().get()));
            }
            if (passed.isEmpty()) {
                open.bind(plan);
            }
            if (plan.metadata().isPresent()) {
                open.describe(plan.metadata().get());
            }
            return open;
        } catch (IOException | RuntimeException e) {
            open.closeAfter(e);
            throw e;
        }
    }

    /**
     * As {@link #open(ListenerPlan, ServiceManager)}, for a service inside another program, where
     * no service manager passes it anything.
     */
    public static OpenListener open(ListenerPlan plan) throws IOException {
        return open(plan, new ServiceManager(Map.of()));
    }

    /**
     * A listener on a socket file that is there already, with nothing else around it.
     *
     * @param policy who may connect
     */
    public static OpenListener on(SocketFile file, AccessPolicy policy, ServiceManager manager) {
        OpenListener open = new OpenListener(policy, manager);
        open.owns(file);
        return open;
    }

    private void owns(StreamListener mine) {
        listener = mine;
        undo.push(mine);
    }

    /** What must be done before anything at that path is touched. */
    private void guard(Path path, ListenerPlan plan) throws IOException {
        RuntimeDirectory.requireTrustworthy(path.toAbsolutePath().getParent());
        SocketFile.requireReplaceable(path); // or the lock would leave its file for nothing
        if (plan.metadata().isPresent()) {
            Sidecar.requireReplaceable(path);
        }
        if (plan.locking() == ListenerPlan.Locking.LOCK_FILE) {
            undo.push(LockFile.take(LockFile.of(path)));
        }
    }

    private void bind(ListenerPlan plan) throws IOException {
        switch (plan.address()) {
            case Address.UnixPath path ->
                    owns(SocketFile.create(path.path(), plan.access(), plan.backlog()));
            case Address.AbstractName name -> owns(bindName(name, plan.backlog()));
            case Address.Loopback port -> owns(StreamListener.bind(port).listen(plan.backlog()));
        }
    }

    private void owns(SocketFile mine) {
        listener = mine.listener();
        file = Optional.of(mine);
        undo.push(mine);
    }

    private static StreamListener bindName(Address.AbstractName name, int backlog)
            throws IOException {
        StreamListener listener;
        try {
            listener = StreamListener.bind(name);
        } catch (SyscallException e) {
            if (e.errno() != Errno.EADDRINUSE) {
                throw e;
            }
            try (StreamSocket other = StreamSocket.connect(name, PATIENCE)) {
                throw new AlreadyListeningException(name, other.peerCredentials().pid());
            }
        }
        try {
            return listener.listen(backlog);
        } catch (IOException e) {
            listener.close();
            throw e;
        }
    }

    private void describe(ListenerPlan.Metadata what) throws IOException {
        if (listener.address() instanceof Address.UnixPath file) {
            undo.push(
                    Sidecar.write(
                            file.path(),
                            what.service(),
                            what.version(),
                            what.endpoints(),
                            what.tags()));
        }
    }

    /** Where connections come to. */
    public StreamListener listener() {
        return listener;
    }

    /** Its address, which is the service manager's choice if that made it. */
    public Address address() {
        return listener.address();
    }

    /** Who may connect. */
    public AccessPolicy policy() {
        return policy;
    }

    /**
     * Tells the service manager that connections are served, and runs the service; SIGTERM, SIGINT
     * and SIGHUP tell it that the end has begun, and stop the service.
     *
     * @param signals installed before anything was opened
     * @param run returns some time after {@code stop}
     * @param stop must bear being called more than once, from any thread
     */
    public void serve(StopSignals signals, Runnable run, Runnable stop) {
        signals.onStop(
                () -> {
                    manager.stopping();
                    stop.run();
                });
        manager.ready();
        run.run();
    }

    /**
     * Removes the socket file, if this process made one and it is still its own. Nobody finds it
     * any more; whoever has connected already can still be accepted.
     */
    public void unlink() throws IOException {
        if (file.isPresent()) {
            file.get().unlinkIfOwned();
        }
    }

    private void closeAfter(Exception failure) {
        try {
            close();
        } catch (IOException e) {
            failure.addSuppressed(e);
        }
    }

    /** Undoes everything, also what comes after something that cannot be undone. */
    @Override
    public void close() throws IOException {
        IOException failure = null;
        while (!undo.isEmpty()) {
            try {
                undo.pop().close();
            } catch (IOException e) {
                failure = e;
            }
        }
        if (failure != null) {
            throw failure;
        }
    }
}
